extension Table {
    /// Gives `update` bytes that are equal for equal tables and different for different ones, piece by piece: feed
    /// them to a hash to get the digest of the data.
    ///
    /// The bytes do not depend on where the table came from: a CSV file and a query with the same columns and values
    /// have the same digest. Numbers go as little-endian IEEE 754 doubles, every NaN as the same one; texts as their
    /// length and UTF-8.
    public func withCanonicalBytes(_ update: (UnsafeRawBufferPointer) -> Void) {
        func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes(update) }
        func feed(_ number: Int) { withUnsafeBytes(of: Int64(number).littleEndian, update) }
        func feed(_ text: String) {
            let bytes = Array(text.utf8)
            feed(bytes.count)
            feed(bytes)
        }

        feed("coppice table 1")
        feed(rowCount)
        feed(columns.count)
        for column in columns {
            feed(column.name)
            switch column.values {
            case .numbers(let numbers):
                feed("n")
                numbers.map { ($0.isNaN ? Double.nan : $0).bitPattern.littleEndian }.withUnsafeBytes(update)
            case .labels(let labels):
                feed("t")
                labels.forEach(feed)
            }
        }
    }
}
