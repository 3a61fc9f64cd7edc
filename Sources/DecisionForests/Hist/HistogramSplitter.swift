internal import CForestKernels

/// The binned splitter.
///
/// Large nodes sum the targets, or the weights of the classes, by bin. Where most features compete for every split, all are
/// summed in one pass over the rows; of two children only the smaller is summed, the larger is what the parent leaves. Where
/// few compete, those are summed when they are drawn. The sums are integers, so the order of additions does not matter and
/// the subtraction is exact. Small nodes go on with sorted lists of values, which fit the innermost cache.
struct HistogramSplitter<Scan: BinScan>: NodeSplitter {
    let rowCount: Int
    let outputCount: Int
    private let rows: UnsafeMutablePointer<UInt32>
    private let spare: UnsafeMutablePointer<UInt32>
    private let codes: RowCodes
    private let bins: BinTable
    private let filling: ListFilling
    private let limits: GrowthLimits
    /// Nodes of fewer rows use lists.
    private let listLimit: Int
    /// nil: drawn features are summed one by one.
    private var histograms: HistogramPool<Scan>?
    private let columnSums: ColumnSums<Scan>
    private var lists: ListSplitter<Scan>

    init(_ problem: TreeProblem, _ targets: IntegerTargets, _ binned: BinnedFeatures, roundsWeights: Bool) {
        let treeRows = TreeRows(problem, targets, roundsWeights: roundsWeights)
        rowCount = treeRows.count
        outputCount = treeRows.outputCount
        rows = problem.scratch.allocate(UInt32.self, rowCount)
        spare = problem.scratch.allocate(UInt32.self, rowCount)
        for row in 0..<rowCount { rows[row] = UInt32(row) }
        codes = RowCodes(treeRows, binned, problem.scratch)
        bins = binned.bins
        limits = problem.limits
        let sumsAll = binned.rowMajor != nil
        let meanBinCount = bins.binCount / problem.featureCount
        // Clearing and scanning bins has to cost less than dividing lists.
        listLimit = min(max(32, 4 * meanBinCount * outputCount), 16_384)
        let longest = min(listLimit, rowCount)
        let values = RowValues(problem, treeRows, longest: longest)
        filling = ListFilling(codes: codes, bins: bins, values: values)
        lists = ListSplitter(problem, treeRows, listLength: longest)
        if ListSplitter<Scan>.searchesSmallNodes(problem) {
            let sorted = min(SmallNodes.most, longest)
            let demand = DemandLists(rows: rows, values, filling, longest: sorted, problem.scratch)
            lists.sortOnDemand(demand, problem, treeRows)
        }
        columnSums = ColumnSums(codes, bins, problem)
        if sumsAll {
            var pool = HistogramPool<Scan>(
                codes,
                bins,
                planeCount: lists.scan.planeCount,
                countsRows: limits.minSamplesLeaf > 1,
                nodeCapacity: rowCount,
                problem.scratch
            )
            if rowCount >= listLimit {
                pool.assign(0)
                pool.fill(0, rows, rowCount, lists.scan)
            }
            histograms = pool
        }
    }

    mutating func enter(_ node: NodeContext) -> NodeSummary { lists.enter(node) }

    func appendValue(to values: inout [Double]) { lists.appendValue(to: &values) }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        if node.range.count < listLimit {
            if !lists.sortsOnDemand(node.range.count) && !lists.covers(node.range) {
                fillLists(node.range, knownConstants)
            }
            return lists.findSplit(node, impurity: impurity, knownConstants: &knownConstants)
        }
        var best = BinChoice()
        lists.sampler.enterNode(knownConstants: knownConstants)
        while let feature = lists.sampler.next() {
            if CancellationPace.stops(node.range.count) { return nil }
            _ = lists.searchBins(feature, bins, sums(feature, node.range), rowCount: node.range.count, &best)
        }
        knownConstants = lists.sampler.leaveNode()
        if best.cut.right > 0, let split = divide(node, best, impurity) { return split }
        histograms?.release(node.range.lowerBound)
        return nil
    }

    /// The sums by bin of a node's rows, and how many rows each bin has if that matters.
    private func sums(
        _ feature: Int,
        _ range: Range<Int>
    ) -> (sums: UnsafePointer<Scan.Cell>, counts: UnsafePointer<UInt32>?) {
        if let histograms {
            let start = Int(bins.starts[feature])
            let sums = histograms.sums(range.lowerBound) + start * lists.scan.planeCount
            return (UnsafePointer(sums), histograms.counts(range.lowerBound).map { $0 + start })
        }
        return columnSums.fill(feature, rows + range.lowerBound, range.count, lists.scan)
    }

    /// Divides the rows and sums those of the smaller child; nil if the split is not worth it.
    private mutating func divide(
        _ node: NodeContext,
        _ best: BinChoice,
        _ impurity: Double
    ) -> Split? {
        let range = node.range
        let start = range.lowerBound
        let feature = best.feature
        let left = Int(best.cut.left)
        let countLeft = HistogramKernels.divide(rows + start, range.count, codes.column(feature), upTo: left, spare)
        let split = lists.storeChildren(
            of: node,
            leftRows: RowSlice(rows: rows + start, step: 1, count: countLeft),
            impurity: impurity,
            feature: feature,
            hasMissing: best.hasMissing,
            threshold: bins.threshold(feature, between: left, and: Int(best.cut.right))
        )
        if split.improvement + TreeGrower.purity < limits.minImpurityDecrease { return nil }
        let needsLeft = needsHistogram(node.depth + 1, countLeft, start, split.impurityLeft)
        let needsRight = needsHistogram(node.depth + 1, range.count - countLeft, start + countLeft, split.impurityRight)
        sumChildren(range, countLeft, needsLeft, needsRight)
        return split
    }

    /// Makes the histograms of the children that need one; the larger takes over the parent's sums.
    private mutating func sumChildren(_ range: Range<Int>, _ countLeft: Int, _ needsLeft: Bool, _ needsRight: Bool) {
        guard var pool = histograms.take() else { return }
        let start = range.lowerBound
        let middle = start + countLeft
        let leftIsSmaller = countLeft * 2 <= range.count
        let smaller = leftIsSmaller ? start..<middle : middle..<range.upperBound
        let larger = leftIsSmaller ? middle : start
        let needsSmaller = leftIsSmaller ? needsLeft : needsRight
        if leftIsSmaller ? needsRight : needsLeft {
            let other = pool.spareSlot()
            pool.fill(slot: other, rows + smaller.lowerBound, smaller.count, lists.scan)
            pool.subtract(other, from: start)
            pool.move(from: start, to: larger)
            if needsSmaller { pool.assign(smaller.lowerBound, slot: other) } else { pool.release(slot: other) }
        } else {
            pool.release(start)
            if needsSmaller {
                pool.assign(smaller.lowerBound)
                pool.fill(smaller.lowerBound, rows + smaller.lowerBound, smaller.count, lists.scan)
            }
        }
        histograms = pool
    }

    private func needsHistogram(_ depth: Int, _ count: Int, _ node: Int, _ impurity: Double) -> Bool {
        count >= listLimit && lists.mayGrow(depth, count, lists.scan.weight(node), impurity)
    }

    /// Sorts the rows of a small node by each feature that is not known to be constant.
    private mutating func fillLists(_ range: Range<Int>, _ knownConstants: Int) {
        for feature in lists.sampler.featuresAndTwins(from: knownConstants) {
            filling.fill(lists.list(Int(feature)), rows + range.lowerBound, range.count, Int(feature))
        }
        lists.cover(range)
    }
}
