/// The codes of a tree's rows, row by row, so that one pass over the rows serves all features.
struct RowCodes {
    let codes: UnsafeMutablePointer<UInt8>
    /// The number of features, rounded up to a multiple of 4.
    let stride: Int
    let featureCount: Int

    init(_ rows: TreeRows, _ binned: BinnedFeatures, _ scratch: Scratch) {
        featureCount = binned.codes.count
        stride = (featureCount + 3) & ~3
        codes = scratch.allocate(UInt8.self, rows.count * stride)
        for feature in 0..<featureCount {
            binned.codes[feature].withUnsafeBufferPointer { column in
                var place = feature
                for row in 0..<rows.count {
                    codes[place] = column[Int(rows.source[row])]
                    place &+= stride
                }
            }
        }
    }

    @inline(__always)
    subscript(row: Int, feature: Int) -> Int { Int(codes[row &* stride &+ feature]) }
}
