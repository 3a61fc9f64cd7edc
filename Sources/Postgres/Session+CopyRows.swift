extension Session {
    /// Inserts many rows at once, by binary `COPY`: a table and its columns, and for each row its values in order.
    ///
    /// The fastest way in, but the server converts nothing: a value's type must be the column's. Here `String` is
    /// `text` and `Int` is `bigint`; use `Int32` for `integer`. Returns how many rows were stored.
    /// ```swift
    /// try session.copyRows(into: "coppice.metrics (run_id, key, value)", points) { ($0.run, $0.key, $0.value) }
    /// ```
    @discardableResult
    public borrowing func copyRows<Items: Sequence, each Value: SQLArrayElement>(
        into target: SQL,
        _ items: Items,
        _ row: (Items.Element) throws -> (repeat each Value)
    ) throws -> Int {
        try copyIn("copy \(target) from stdin (format binary)") { writer in
            var buffer = BinaryCopy.header
            for item in items {
                let start = buffer.count
                buffer.append(contentsOf: [0, 0])
                let values = try row(item)
                var count: UInt16 = 0
                for value in repeat each values {
                    BinaryCopy.append(value.sqlElement, to: &buffer)
                    count += 1
                }
                buffer[start] = UInt8(count >> 8)
                buffer[start + 1] = UInt8(truncatingIfNeeded: count)
                if buffer.count >= 1 << 16 {
                    try writer.write(buffer)
                    buffer.removeAll(keepingCapacity: true)
                }
            }
            buffer.append(contentsOf: BinaryCopy.trailer)
            try writer.write(buffer)
        }
    }
}

/// The framing of PostgreSQL's binary `COPY` format.
enum BinaryCopy {
    /// Signature, flags and length of the header extension.
    static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
    /// A field count of -1.
    static let trailer: [UInt8] = [0xFF, 0xFF]

    /// Appends the length and the bytes of a value.
    static func append(_ value: SQLValue, to buffer: inout [UInt8]) {
        guard value.content != .null else { return buffer.appendBigEndian(-1 as Int32) }
        let start = buffer.count
        buffer.appendBigEndian(0 as Int32)
        value.appendBinary(to: &buffer)
        buffer.setBigEndian(Int32(buffer.count - start - 4), at: start)
    }
}
