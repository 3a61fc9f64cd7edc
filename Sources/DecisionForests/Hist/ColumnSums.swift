internal import CForestKernels

/// The sums by bin of one feature, made when the feature is drawn.
struct ColumnSums<Scan: BinScan> {
    private let codes: RowCodes
    private let bins: BinTable
    private let sums: UnsafeMutablePointer<Scan.Cell>
    /// nil: one row in a bin is as good as many.
    private let counts: UnsafeMutablePointer<UInt32>?

    init(_ codes: RowCodes, _ bins: BinTable, _ problem: TreeProblem) {
        self.codes = codes
        self.bins = bins
        let planeCount = max(1, problem.outputCount)
        sums = problem.scratch.allocate(Scan.Cell.self, BinnedFeatures.most * planeCount)
        counts =
            problem.limits.minSamplesLeaf > 1
            ? problem.scratch.allocate(UInt32.self, BinnedFeatures.most) : nil
    }

    /// Sums the rows of a node, and counts them if that matters.
    func fill(
        _ feature: Int,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ scan: Scan
    ) -> (sums: UnsafePointer<Scan.Cell>, counts: UnsafePointer<UInt32>?) {
        let binCount = Int(bins.counts[feature])
        let column = codes.column(feature)
        sums.update(repeating: 0, count: binCount * scan.planeCount)
        scan.add(rows, count, column, binCount, to: sums)
        if let counts {
            counts.update(repeating: 0, count: binCount)
            HistogramKernels.count(rows, count, column, in: counts)
        }
        return (UnsafePointer(sums), counts.map { UnsafePointer($0) })
    }
}
