internal import CForestKernels

/// Where the values of bins stand in memory, and where their sums do in a histogram of all features.
struct BinPointers {
    /// Per feature 256 smallest and 256 largest values.
    private let lowest: UnsafeMutablePointer<Float>
    private let highest: UnsafeMutablePointer<Float>
    /// How many bins each feature has.
    let counts: UnsafeMutablePointer<Int32>
    /// Where the sums of each feature begin, if a bin has one; with the sum over all features at the end.
    let starts: UnsafeMutablePointer<Int32>
    let featureCount: Int

    init(_ bins: BinnedFeatures, _ scratch: Scratch) {
        featureCount = bins.codes.count
        lowest = scratch.allocate(Float.self, featureCount * BinnedFeatures.most)
        highest = scratch.allocate(Float.self, featureCount * BinnedFeatures.most)
        counts = scratch.allocate(Int32.self, featureCount)
        starts = scratch.allocate(Int32.self, featureCount + 1)
        var start: Int32 = 0
        for feature in 0..<featureCount {
            let count = bins.lowest[feature].count
            (lowest + feature * BinnedFeatures.most).update(from: bins.lowest[feature], count: count)
            (highest + feature * BinnedFeatures.most).update(from: bins.highest[feature], count: count)
            counts[feature] = Int32(count)
            starts[feature] = start
            start += Int32(count)
        }
        starts[featureCount] = start
    }

    /// Whether all values in a bin are the same.
    @inline(__always)
    func isSingle(_ feature: Int, _ bin: Int) -> Bool {
        let index = feature &* BinnedFeatures.most &+ bin
        return lowest[index] == highest[index]
    }

    /// Half way between two bins, as if their values stood side by side in a sorted list.
    func threshold(_ feature: Int, between left: Int, and right: Int) -> Double {
        Double(highest[feature * BinnedFeatures.most + left]) / 2
            + Double(lowest[feature * BinnedFeatures.most + right]) / 2
    }

    /// Whether the values of two bins are far enough apart to be cut.
    func areApart(_ feature: Int, _ left: Int, _ right: Int) -> Bool {
        lowest[feature * BinnedFeatures.most + right] > highest[feature * BinnedFeatures.most + left] + 1e-7
    }

    /// What the search for a cut needs to know.
    func search(
        _ feature: Int,
        _ used: ClosedRange<Int>,
        counts: UnsafePointer<UInt32>?,
        rowCount: Int,
        leastRows: Int,
        leastWeight: Double
    ) -> coppice_bins {
        coppice_bins(
            lowest: lowest + feature * BinnedFeatures.most,
            highest: highest + feature * BinnedFeatures.most,
            first: Int32(used.lowerBound),
            last: Int32(used.upperBound),
            counts: counts,
            row_count: UInt32(rowCount),
            least_rows: UInt32(leastRows),
            least_weight: leastWeight
        )
    }
}
