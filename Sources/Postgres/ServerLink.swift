internal import CLibPQ
internal import Logging

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One libpq connection, used by one thread at a time. Closed when it is released.
final class ServerLink {
    let connection: OpaquePointer
    let cancelRequest: CancelRequest?
    /// Of the session that has the link.
    var cancellation: SessionCancellation?
    var statements: StatementCache
    var transaction = Transaction.none
    /// Whether the current transaction was begun as read-only.
    var isReadOnly = false
    var hasCheckedForPooler = false
    private let notices: NoticeLog
    private let answerLimit: Duration?

    /// Connects; blocks for up to `connect_timeout` per host.
    init(_ configuration: PostgresConfiguration, logger: Logger?) throws(PostgresError) {
        let parameters = configuration.connectionParameters()
        let connected = Self.withCStrings(parameters) { keywords, values in
            PQconnectdbParams(keywords, values, 0)
        }
        guard let connected else { throw PostgresError(.connectionFailed, "out of memory") }
        guard PQstatus(connected) == CONNECTION_OK else {
            let message = configuration.masking(String(cString: PQerrorMessage(connected)))
            PQfinish(connected)
            throw .connecting(message)
        }
        let version = Int(PQserverVersion(connected))
        guard version >= PostgresConnection.minimumServerVersion * 10_000 else {
            PQfinish(connected)
            throw PostgresError(
                .serverTooOld,
                "PostgreSQL \(version / 10_000) is too old: Coppice needs \(PostgresConnection.minimumServerVersion) "
                    + "or newer; upgrade the server"
            )
        }
        connection = connected
        cancelRequest = CancelRequest(connected)
        statements = StatementCache(isEnabled: configuration.preparesStatements)
        answerLimit = configuration.answerLimit
        notices = NoticeLog(logger)
        notices.receive(from: connected)
    }

    deinit { PQfinish(connection) }

    private var isAbandoned = false

    /// Gives the connection up: what the server sends next belongs to nobody.
    func abandon() { isAbandoned = true }

    var isUsable: Bool { !isAbandoned && PQstatus(connection) == CONNECTION_OK }

    /// Whether a statement is under way.
    var isBusy: Bool { PQtransactionStatus(connection) == PQTRANS_ACTIVE }

    /// Also if it is only about to begin.
    var isInTransaction: Bool {
        if case .pending = transaction { return true }
        return PQtransactionStatus(connection) != PQTRANS_IDLE
    }

    /// Whether something has come, which may be the end of the connection. Does not block.
    var hasInput: Bool { PQsocket(connection).isReadable }

    /// Whether the server has hung up, or said that it will, since the last statement. Does not block.
    func noticesHangUp() -> Bool {
        guard isUsable else { return true }
        guard hasInput else { return false }
        return PQconsumeInput(connection) == 0 || !isUsable || hasInput
    }

    /// What `PQexec` does after sending, except that of several errors the first counts: a server that ends the
    /// connection gives its reason first, and libpq adds that the connection is closed.
    func collectResult(afterSending isSent: Int32) -> OpaquePointer? {
        guard isSent == 1 else { return nil }
        var kept: OpaquePointer?
        while let result = nextResult() {
            if let previous = kept {
                if PQresultStatus(previous) == PGRES_FATAL_ERROR {
                    PQclear(result)
                    continue
                }
                PQclear(previous)
            }
            kept = result
            switch PQresultStatus(result) {
            // Goes on until somebody copies.
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: return kept
            default: break
            }
        }
        return kept
    }

    /// The next result, as `PQgetResult` gives it.
    ///
    /// - Parameter limit: How long the server may say nothing; nil: as long as the connection's limit allows.
    func nextResult(within limit: Duration? = nil) -> OpaquePointer? {
        let patience = Patience(limit ?? answerLimit)
        while PQisBusy(connection) == 1 {
            guard receive(patience) else { break }
        }
        return PQgetResult(connection)
    }

    /// The next chunk of `COPY … TO STDOUT`, as `PQgetCopyData` gives it.
    func nextCopyData(_ buffer: inout UnsafeMutablePointer<CChar>?, within limit: Duration? = nil) -> Int32 {
        let patience = Patience(limit ?? answerLimit)
        while true {
            let length = PQgetCopyData(connection, &buffer, 1)
            if length != 0 { return length }
            guard receive(patience) else { return PQgetCopyData(connection, &buffer, 0) }
        }
    }

    /// How long an answer is waited for.
    private struct Patience {
        let start = ContinuousClock.now
        let limit: Duration?

        init(_ limit: Duration?) { self.limit = limit }

        /// Milliseconds.
        var rest: Double { limit.map { (start + $0 - .now) / .milliseconds(1) } ?? .infinity }
    }

    /// Takes in what comes within a second. Ends the connection, so that what waits for the answer gets an error, when the
    /// time is up, or if the session was cancelled and the server does not say so.
    ///
    /// - Returns: false: the connection is at an end.
    private func receive(_ patience: Patience) -> Bool {
        let socket = PQsocket(connection)
        guard socket >= 0 else { return false }
        let rest = patience.rest
        if rest <= 0 || cancellation?.isOverdue(since: patience.start) == true {
            shutdown(socket, Int32(SHUT_RDWR))
            return false
        }
        // Not longer, to see a cancellation, and what TLS has taken in already.
        _ = socket.isReadable(within: Int32(min(rest + 1, 1000)))
        return PQconsumeInput(connection) == 1
    }

    /// Runs statements without values.
    func run(_ text: String) -> OpaquePointer? {
        collectResult(afterSending: PQsendQuery(connection, text))
    }

    private static func withCStrings<Result>(
        _ parameters: [String: String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = parameters.map { (strdup($0.key), strdup($0.value)) }
        defer {
            for (key, value) in copies {
                free(key)
                free(value)
            }
        }
        let keywords = copies.map { UnsafePointer($0.0) } + [nil]
        let values = copies.map { UnsafePointer($0.1) } + [nil]
        return body(keywords, values)
    }
}

extension Int32 {
    /// Whether this file descriptor has something to read, or was closed at the other end.
    fileprivate var isReadable: Bool { isReadable(within: 0) }

    /// The same, after waiting for so many milliseconds at most; `false` also if a signal interrupts the wait.
    fileprivate func isReadable(within milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: self, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }
}
