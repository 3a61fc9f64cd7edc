internal import CForestKernels

/// One feature, binned.
struct BinnedColumn: Sendable {
    /// The number of each row's bin.
    var codes: [UInt8]
    /// Per bin the smallest and the largest value in it.
    var lowest: [Float]
    var highest: [Float]
}

extension BinnedColumn {
    /// Without bins.
    init(unbinned rowCount: Int) {
        self.init(codes: [UInt8](repeating: 0, count: rowCount), lowest: [], highest: [])
    }
}

/// The bins of all features: their values, the codes of the rows, and where the sums of each feature stand in a histogram.
///
/// Written once, and then only read, by all threads: hence not checked.
final class BinTable: @unchecked Sendable {
    let featureCount: Int
    let rowCount: Int
    /// The codes of all rows, feature by feature.
    let codes: UnsafePointer<UInt8>
    /// How many bins each feature has; 0: it has none.
    let counts: UnsafePointer<Int32>
    /// Where the sums of each feature begin, if a bin has one; with the sum over all features at the end.
    let starts: UnsafePointer<Int32>
    /// Per feature 256 smallest and 256 largest values.
    private let lowest: UnsafePointer<Float>
    private let highest: UnsafePointer<Float>
    private let lossless: [Bool]
    private let memory = Scratch()

    init(_ columns: [BinnedColumn]) {
        featureCount = columns.count
        lossless = columns.map { $0.lowest == $0.highest }
        rowCount = columns[0].codes.count
        let codes = memory.allocate(UInt8.self, featureCount * rowCount)
        let lowest = memory.allocate(Float.self, featureCount * BinnedFeatures.most)
        let highest = memory.allocate(Float.self, featureCount * BinnedFeatures.most)
        let counts = memory.allocate(Int32.self, featureCount)
        let starts = memory.allocate(Int32.self, featureCount + 1)
        var start: Int32 = 0
        for (feature, column) in columns.enumerated() {
            let count = column.lowest.count
            (codes + feature * rowCount).update(from: column.codes, count: rowCount)
            (lowest + feature * BinnedFeatures.most).update(from: column.lowest, count: count)
            (highest + feature * BinnedFeatures.most).update(from: column.highest, count: count)
            counts[feature] = Int32(count)
            starts[feature] = start
            start += Int32(count)
        }
        starts[featureCount] = start
        self.codes = UnsafePointer(codes)
        self.lowest = UnsafePointer(lowest)
        self.highest = UnsafePointer(highest)
        self.counts = UnsafePointer(counts)
        self.starts = UnsafePointer(starts)
    }

    /// How many bins each feature has.
    var binCounts: [Int] { (0..<featureCount).map { Int(counts[$0]) } }

    /// The number of bins of all features.
    var binCount: Int { Int(starts[featureCount]) }

    /// Whether all values in a bin are the same.
    @inline(__always)
    func isSingle(_ feature: Int, _ bin: Int) -> Bool {
        let index = feature &* BinnedFeatures.most &+ bin
        return lowest[index] == highest[index]
    }

    /// Whether a bin stands for missing values that go right.
    @inline(__always)
    func isMissing(_ feature: Int, _ bin: Int) -> Bool { lowest[feature &* BinnedFeatures.most &+ bin] == .infinity }

    /// Whether all bins of a feature have one value each.
    func isLossless(_ feature: Int) -> Bool { lossless[feature] }

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
