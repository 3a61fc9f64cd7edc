/// The codes of a tree's rows.
///
/// Copied row by row where all features are summed in one pass over the rows; as they are where each node looks at few.
struct RowCodes {
    let featureCount: Int
    /// Row by row; nil: feature by feature, by the rows of the training set.
    private let copied: UnsafeMutablePointer<UInt8>?
    private let stride: Int
    private let bins: BinTable
    private let source: UnsafePointer<Int32>

    init(_ rows: TreeRows, _ binned: BinnedFeatures, _ scratch: Scratch) {
        bins = binned.bins
        featureCount = bins.featureCount
        source = UnsafePointer(rows.source)
        stride = binned.rowMajor?.stride ?? 0
        copied = binned.rowMajor.map { table in
            let codes = scratch.allocate(UInt8.self, rows.count * table.stride)
            table.copy(rows, to: codes)
            return codes
        }
    }

    /// All codes of a row. Only where they were copied.
    @inline(__always)
    func row(_ row: Int) -> UnsafePointer<UInt8> { UnsafePointer(copied! + row &* stride) }

    /// The codes of one feature.
    func column(_ feature: Int) -> CodeColumn {
        if let copied { return CodeColumn(codes: UnsafePointer(copied + feature), stride: stride, source: nil) }
        return CodeColumn(codes: bins.codes + feature * bins.rowCount, stride: 1, source: source)
    }
}

/// The codes of a tree's rows in one feature.
struct CodeColumn {
    fileprivate let codes: UnsafePointer<UInt8>
    fileprivate let stride: Int
    /// The place of each row, if not its own.
    fileprivate let source: UnsafePointer<Int32>?

    @inline(__always)
    subscript(row: UInt32) -> Int {
        if let source { return Int(codes[Int(source[Int(row)])]) }
        return Int(codes[Int(row) &* stride])
    }
}

/// The codes of all rows, row by row.
struct RowMajorCodes: Sendable {
    private let words: [UInt64]
    private let wordsPerRow: Int
    /// Bytes from a row to the next.
    var stride: Int { wordsPerRow * 8 }

    /// Transposes column by column. O(d · n)
    init(_ columns: [[UInt8]]) {
        let rowCount = columns[0].count
        wordsPerRow = (columns.count + 7) / 8
        let stride = wordsPerRow * 8
        var words = [UInt64](repeating: 0, count: rowCount * wordsPerRow)
        words.withUnsafeMutableBytes { bytes in
            // A block of rows stays in the cache while its columns are written.
            for start in Swift.stride(from: 0, to: rowCount, by: 512) {
                let rows = start..<min(start + 512, rowCount)
                for (feature, column) in columns.enumerated() {
                    column.withUnsafeBufferPointer { column in
                        for row in rows { bytes[row &* stride &+ feature] = column[row] }
                    }
                }
            }
        }
        self.words = words
    }

    /// Copies the rows of a tree, one after the other.
    func copy(_ rows: TreeRows, to codes: UnsafeMutablePointer<UInt8>) {
        let target = UnsafeMutableRawPointer(codes).bindMemory(to: UInt64.self, capacity: rows.count * wordsPerRow)
        words.withUnsafeBufferPointer { words in
            for row in 0..<rows.count {
                let place = words.baseAddress! + Int(rows.source[row]) &* wordsPerRow
                for word in 0..<wordsPerRow { target[row &* wordsPerRow &+ word] = place[word] }
            }
        }
    }
}
