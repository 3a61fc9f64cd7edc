internal import CLibPQ

extension Session {
    /// Sends rows with `COPY … FROM STDIN`; `body` writes the bytes in whatever format the statement names.
    ///
    /// If `body` throws, nothing is stored. Returns how many rows were. The statement cannot bind values.
    @discardableResult
    public borrowing func copyIn(
        _ sql: SQL,
        _ body: (borrowing CopyWriter) throws -> Void
    ) throws -> Int {
        try startCopy(sql, PGRES_COPY_IN)
        do {
            try body(CopyWriter(link: link, cancellation: cancellation))
        } catch {
            PQputCopyEnd(link.connection, "the sender gave up")
            _ = try? finishCopy(sql)
            throw error
        }
        try perform { () throws(PostgresError) in
            guard PQputCopyEnd(link.connection, nil) == 1 else { throw failure(nil, sql: sql.text) }
        }
        return try finishCopy(sql)
    }

    /// Receives rows with `COPY … TO STDOUT`, chunk by chunk; a chunk is valid until `body` returns.
    ///
    /// PostgreSQL sends one row a chunk, in binary format with a header in the first. If `body` throws, the rest is
    /// not awaited: the statement is cancelled. Returns how many rows were sent.
    @discardableResult
    public borrowing func copyOut(_ sql: SQL, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        try startCopy(sql, PGRES_COPY_OUT)
        var isComplete = false
        defer { if !isComplete { stopCopyOut() } }
        while let chunk = try receiveChunk(sql) {
            defer { PQfreemem(chunk.baseAddress) }
            try body(UnsafeRawBufferPointer(chunk))
        }
        isComplete = true
        return try finishCopy(sql)
    }
}

extension Session {
    private borrowing func startCopy(_ sql: SQL, _ expected: ExecStatusType) throws(PostgresError) {
        guard sql.valueCount == 0 else { throw PostgresError(.misuse, "COPY cannot bind values", sql: sql.text) }
        let result = try perform { link.run(sql.text) }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status != expected else { return }
        guard !Self.hasSucceeded(result), status != PGRES_COPY_IN, status != PGRES_COPY_OUT else {
            if link.isBusy { link.abandon() }
            throw PostgresError(.misuse, "the statement is no COPY in this direction", sql: sql.text)
        }
        throw failure(result, sql: sql.text)
    }

    private borrowing func receiveChunk(_ sql: SQL) throws(PostgresError) -> UnsafeMutableRawBufferPointer? {
        var buffer: UnsafeMutablePointer<CChar>?
        let length = try perform { link.nextCopyData(&buffer) }
        switch length {
        case -1: return nil
        case -2: throw failure(nil, sql: sql.text)
        default: return UnsafeMutableRawBufferPointer(start: buffer, count: Int(length))
        }
    }

    /// Reads the outcome of a `COPY` whose data has ended.
    private borrowing func finishCopy(_ sql: SQL) throws(PostgresError) -> Int {
        var outcome: PostgresError?
        var count = 0
        while let result = link.nextResult() {
            defer { PQclear(result) }
            guard Self.hasSucceeded(result) else {
                outcome = outcome ?? failure(result, sql: sql.text)
                // COPY data that went on would be answered with COPY again and again.
                guard link.isUsable else { break }
                continue
            }
            count = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        }
        if let outcome { throw outcome }
        return count
    }

    /// Has the server stop sending, and discards what is under way.
    private borrowing func stopCopyOut() {
        guard link.isUsable, link.isBusy else { return }
        guard let sending = link.cancelRequest?.send(), sending.waitPatiently() else { return link.abandon() }
        var buffer: UnsafeMutablePointer<CChar>?
        while link.nextCopyData(&buffer, within: CancelRequest.patience) > 0 { PQfreemem(buffer) }
        while let result = link.nextResult(within: CancelRequest.patience) { PQclear(result) }
    }
}

/// Where a `COPY … FROM STDIN` takes its bytes from.
public struct CopyWriter: ~Copyable {
    let link: ServerLink
    let cancellation: SessionCancellation

    /// Sends bytes. Rows may be cut anywhere.
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
        let link = self.link
        // libpq counts in 32 bits.
        for start in stride(from: 0, to: bytes.count, by: 1 << 24) {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + (1 << 24), bytes.count)])
            let sent = try cancellation.perform(on: link) {
                PQputCopyData(
                    link.connection,
                    piece.assumingMemoryBound(to: CChar.self).baseAddress,
                    Int32(piece.count)
                )
            }
            guard sent == 1 else { throw PostgresError.of(nil, link, sql: nil) }
        }
    }

    /// Sends bytes.
    public borrowing func write(_ bytes: [UInt8]) throws(PostgresError) {
        // `withUnsafeBytes` does not hand on the type of the error.
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(PostgresError) in try write(buffer) }
        }
        try outcome.get()
    }

    /// Sends text in UTF-8.
    public borrowing func write(_ text: String) throws(PostgresError) {
        try write(Array(text.utf8))
    }
}
