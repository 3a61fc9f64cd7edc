/// The innermost loops over bins and over rows of bins.
enum HistogramKernels {
    /// The first and the last bin that has rows; a bin that has none is 0, as every row weighs at least 1.
    static func usedBins(_ sums: UnsafePointer<Int64>) -> ClosedRange<Int> {
        var first = 0
        while sums[first] == 0 { first &+= 1 }
        var last = BinnedFeatures.most - 1
        while sums[last] == 0 { last &-= 1 }
        return first...last
    }

    /// Adds each row's word to its bin of every feature.
    static func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ words: UnsafePointer<Int64>,
        to sums: UnsafeMutablePointer<Int64>
    ) {
        let featureCount = codes.featureCount
        for index in 0..<count {
            let row = Int(rows[index])
            let word = words[row]
            let code = codes.codes + row &* codes.stride
            var bins = sums
            for feature in 0..<featureCount {
                bins[Int(code[feature])] &+= word
                bins += BinnedFeatures.most
            }
        }
    }

    /// Counts each row in its bin of every feature.
    static func count(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        in counts: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<count {
            let code = codes.codes + Int(rows[index]) &* codes.stride
            var bins = counts
            for feature in 0..<codes.featureCount {
                bins[Int(code[feature])] &+= 1
                bins += BinnedFeatures.most
            }
        }
    }

    /// Moves the rows up to a bin to the front and the others behind them, both in their order.
    ///
    /// - Returns: How many rows are in front.
    static func divide(
        _ rows: UnsafeMutablePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ feature: Int,
        upTo bin: Int,
        _ spare: UnsafeMutablePointer<UInt32>
    ) -> Int {
        var left = 0
        var right = 0
        for index in 0..<count {
            let row = rows[index]
            let goes = codes[Int(row), feature] <= bin ? 1 : 0
            rows[left] = row
            spare[right] = row
            left &+= goes
            right &+= 1 &- goes
        }
        (rows + left).update(from: spare, count: right)
        return left
    }
}
