/// The codes of a tree's rows.
///
/// Row by row where all features are summed in one pass over the rows; feature by feature where each node looks at few.
struct RowCodes {
    let codes: UnsafeMutablePointer<UInt8>
    let rowStride: Int
    let featureStride: Int
    let featureCount: Int

    init(_ rows: TreeRows, _ binned: BinnedFeatures, _ scratch: Scratch) {
        featureCount = binned.codes.count
        if let table = binned.rowMajor {
            rowStride = table.stride
            featureStride = 1
            codes = scratch.allocate(UInt8.self, rows.count * rowStride)
            table.copy(rows, to: codes)
            return
        }
        rowStride = 1
        featureStride = rows.count
        codes = scratch.allocate(UInt8.self, rows.count * featureCount)
        for feature in 0..<featureCount {
            let place = codes + feature * rows.count
            binned.codes[feature].withUnsafeBufferPointer { column in
                for row in 0..<rows.count { place[row] = column[Int(rows.source[row])] }
            }
        }
    }

    @inline(__always)
    subscript(row: Int, feature: Int) -> Int { Int(codes[row &* rowStride &+ feature &* featureStride]) }
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
