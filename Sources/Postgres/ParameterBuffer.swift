internal import CLibPQ

/// The values of a statement as libpq takes them: four parallel arrays, the bytes in one buffer.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var offsets: [Int] = []
    private var types: [Oid] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ sql: SQL) throws(PostgresError) {
        guard sql.values.count <= 65_535 else {
            throw PostgresError(.misuse, "a statement takes at most 65535 values, not \(sql.values.count)")
        }
        let count = sql.values.count
        bytes.reserveCapacity(16 * count + 1)
        offsets.reserveCapacity(count)
        types.reserveCapacity(count)
        lengths.reserveCapacity(count)
        formats.reserveCapacity(count)
        for (index, value) in sql.values.enumerated() {
            types.append(value.type.rawValue)
            let start = bytes.count
            if case .text(let text) = value.content {
                // libpq reads text up to the first NUL, so that the rest would be lost without a word.
                guard !text.utf8.contains(0) else {
                    throw PostgresError(
                        .invalidValue,
                        "value $\(index + 1) has a NUL character, which PostgreSQL's text cannot hold",
                        sqlState: .characterNotInRepertoire,
                        sql: sql.text
                    )
                }
                bytes.append(contentsOf: text.utf8)
                bytes.append(0)
                formats.append(0)
            } else {
                value.appendBinary(to: &bytes)
                formats.append(1)
            }
            guard bytes.count - start <= Int(Int32.max) else {
                throw PostgresError(
                    .invalidValue,
                    "value $\(index + 1) is larger than PostgreSQL can hold",
                    sql: sql.text
                )
            }
            offsets.append(value.content == .null ? -1 : start)
            lengths.append(Int32(bytes.count - start))
        }
        // An empty value must not become a null pointer.
        if bytes.isEmpty { bytes.append(0) }
    }

    var count: Int32 { Int32(types.count) }

    func withPointers<Result>(
        _ body: (
            _ types: UnsafePointer<Oid>, _ values: UnsafePointer<UnsafePointer<CChar>?>,
            _ lengths: UnsafePointer<Int32>, _ formats: UnsafePointer<Int32>
        ) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { $0 < 0 ? nil : base + $0 }
            return body(types, values, lengths, formats)
        }
    }
}
