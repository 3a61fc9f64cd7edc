internal import CForestKernels

/// The splitter for few drawn features, or for many values beside few: looks at each drawn feature in the way that is least
/// work for it and the node.
///
/// Where the values of a feature, or the bins of it, are few for the node's rows, it sums by bin. Of a sparse feature it sorts
/// the rows that do not have its mode. Else it goes through a sorted list, kept for the features of many values and divided
/// with the nodes, or in a smaller node made on demand. All measure by the same formula, bit by bit, so that with bins that
/// lose nothing the splits are the exact ones.
struct MixedSplitter<Scan: BinScan>: NodeSplitter {
    let rowCount: Int
    let outputCount: Int
    private let rows: UnsafeMutablePointer<UInt32>
    private let spare: UnsafeMutablePointer<UInt32>
    private let codes: RowCodes
    private let bins: BinTable
    private let columnSums: ColumnSums<Scan>
    private let sparse: SparseColumns
    private let values: RowValues
    /// The rows of a node that do not have a feature's mode.
    private let others: UnsafeMutablePointer<ListEntry>
    private let spareOthers: UnsafeMutablePointer<ListEntry>
    private let leastRows: Int
    private let minWeightLeaf: Double
    /// Nodes of more rows go by bins wherever there are any.
    private let longest: Int
    private var lists: ListSplitter<Scan>

    /// With bins for all features.
    init(
        _ problem: TreeProblem,
        _ targets: IntegerTargets,
        _ binned: BinnedFeatures,
        _ sparse: SparseColumns,
        roundsWeights: Bool
    ) {
        let treeRows = TreeRows(problem, targets, roundsWeights: roundsWeights)
        let meanBinCount = binned.bins.binCount / problem.featureCount
        let longest = min(max(32, 4 * meanBinCount * treeRows.outputCount), 256, treeRows.count)
        self.init(
            problem,
            treeRows,
            binned,
            sparse,
            ListSplitter(problem, treeRows, listLength: 0),
            longest: longest,
            isFilledByBin: true
        )
    }

    /// With lists of the features that have no bins and are not sparse.
    init(
        _ problem: TreeProblem,
        _ targets: IntegerTargets,
        _ binned: BinnedFeatures,
        _ sparse: SparseColumns,
        _ orders: FeatureOrders
    ) throws(CancellationError) {
        let treeRows = TreeRows(problem, targets)
        self.init(
            problem,
            treeRows,
            binned,
            sparse,
            try ListSplitter(problem, treeRows, orders),
            longest: min(DemandLists.mostToSort, treeRows.count),
            isFilledByBin: false
        )
    }

    private init(
        _ problem: TreeProblem,
        _ treeRows: TreeRows,
        _ binned: BinnedFeatures,
        _ sparse: SparseColumns,
        _ lists: ListSplitter<Scan>,
        longest: Int,
        isFilledByBin: Bool
    ) {
        rowCount = treeRows.count
        outputCount = treeRows.outputCount
        rows = problem.scratch.allocate(UInt32.self, rowCount)
        spare = problem.scratch.allocate(UInt32.self, rowCount)
        for row in 0..<rowCount { rows[row] = UInt32(row) }
        codes = RowCodes(treeRows, binned, problem.scratch)
        bins = binned.bins
        columnSums = ColumnSums(codes, bins, problem)
        leastRows = problem.limits.minSamplesLeaf
        minWeightLeaf = problem.minWeightLeaf
        self.longest = longest
        self.lists = lists
        self.sparse = sparse
        others = problem.scratch.allocate(ListEntry.self, sparse.count == 0 ? 0 : rowCount)
        spareOthers = problem.scratch.allocate(ListEntry.self, sparse.count == 0 ? 0 : rowCount)
        values = RowValues(problem, treeRows, longest: longest)
        let filling = isFilledByBin ? ListFilling(codes: codes, bins: bins, values: values) : nil
        let demand = DemandLists(rows: rows, values, filling, longest: longest, problem.scratch)
        self.lists.sortOnDemand(demand, problem, treeRows)
    }

    mutating func enter(_ node: NodeContext) -> NodeSummary { lists.enter(node) }

    func appendValue(to values: inout [Double]) { lists.appendValue(to: &values) }

    /// Whether summing by bin is less work than a list.
    private func usesBins(_ feature: Int, _ rowCount: Int) -> Bool {
        let binCount = Int(bins.counts[feature])
        if rowCount > longest && sparse.mode(feature) == nil { return binCount > 0 }
        return binCount > 0 && binCount &* lists.scan.planeCount <= 2 &* rowCount && bins.isLossless(feature)
    }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        let count = node.range.count
        if count <= SmallNodes.most {
            return lists.findSplit(node, impurity: impurity, knownConstants: &knownConstants)
        }
        var best = Choice()
        lists.sampler.enterNode(knownConstants: knownConstants)
        while let feature = lists.sampler.next() {
            if CancellationPace.stops(count) { return nil }
            if usesBins(feature, count) {
                searchBins(feature, node.range, &best)
            } else if count > Self.mostAsList, let mode = sparse.mode(feature) {
                searchSparse(feature, mode, node.range, &best)
            } else {
                searchList(feature, node.range, &best)
            }
        }
        knownConstants = lists.sampler.leaveNode()
        switch best.kind {
        case .none: return nil
        case .list(let position):
            return divide(node, best, at: position, impurity, knownConstants: knownConstants)
        case .bins:
            let cut = best.cut
            let countLeft = HistogramKernels.divide(
                rows + node.range.lowerBound,
                count,
                codes.column(best.feature),
                upTo: Int(cut.left),
                spare
            )
            let threshold = bins.threshold(best.feature, between: Int(cut.left), and: Int(cut.right))
            return divide(node, best, countLeft, threshold, impurity, knownConstants: knownConstants)
        case .values(let left, let right):
            let nodeRows = rows + node.range.lowerBound
            let countLeft = values.divide(nodeRows, count, best.feature, upTo: left, spare)
            let threshold = Double(left) / 2 + Double(right) / 2
            return divide(node, best, countLeft, threshold, impurity, knownConstants: knownConstants)
        }
    }

    /// So few rows are sorted as they are, whatever their values.
    private static var mostAsList: Int { 32 }

    /// The best cut so far.
    private struct Choice {
        var feature = 0
        var hasMissing = false
        var kind = Kind.none
        /// Its gain is that of the best cut of any kind.
        var cut = coppice_bin_cut(gain: -.infinity, left: 0, right: 0)
    }

    private enum Kind {
        case none
        case bins
        /// How many rows of the list go left.
        case list(Int)
        case values(left: Float, right: Float)
    }

    private mutating func searchBins(_ feature: Int, _ range: Range<Int>, _ best: inout Choice) {
        let binCount = Int(bins.counts[feature])
        let (sums, counts) = columnSums.fill(feature, rows + range.lowerBound, range.count, lists.scan)
        let used = lists.scan.usedBins(sums, binCount: binCount)
        if used.lowerBound == used.upperBound || !bins.areApart(feature, used.lowerBound, used.upperBound) {
            return lists.sampler.isConstant()
        }
        let hasMissing = bins.isMissing(feature, used.upperBound)
        lists.sampler.isCandidate(mayBeMissing: hasMissing)
        var search = bins.search(
            feature,
            used,
            counts: counts,
            rowCount: range.count,
            leastRows: leastRows,
            leastWeight: lists.scan.inUnits(minWeightLeaf)
        )
        if lists.scan.search(&search, sums, binCount: binCount, &best.cut) {
            best.feature = feature
            best.hasMissing = hasMissing
            best.kind = .bins
        }
    }

    private mutating func searchList(_ feature: Int, _ range: Range<Int>, _ best: inout Choice) {
        let list = lists.anyList(feature, range)
        let last = list.entries[list.count - 1].value
        if last <= list.entries[0].value + Scan.gap { return lists.sampler.isConstant() }
        lists.sampler.isCandidate(mayBeMissing: last == .infinity)
        let position = lists.bestCut(list, gain: &best.cut.gain)
        if position == 0 { return }
        best.feature = feature
        best.hasMissing = last == .infinity
        best.kind = .list(position)
        lists.keepDemanded(range.count)
    }

    private mutating func searchSparse(_ feature: Int, _ mode: Float, _ range: Range<Int>, _ best: inout Choice) {
        let list = values.sort(
            rows + range.lowerBound,
            range.count,
            feature,
            mode: mode,
            into: others,
            spareOthers
        )
        if list.last <= list.first + Scan.gap { return lists.sampler.isConstant() }
        lists.sampler.isCandidate(mayBeMissing: list.last == .infinity)
        let position = lists.scan.bestCut(
            list,
            leastRows: leastRows,
            minWeight: minWeightLeaf,
            gain: &best.cut.gain
        )
        if position == 0 { return }
        best.feature = feature
        best.hasMissing = list.last == .infinity
        let (left, right) = list.values(at: position)
        best.kind = .values(left: left, right: right)
    }

    /// Divides a node by a cut of a list.
    private mutating func divide(
        _ node: NodeContext,
        _ best: Choice,
        at position: Int,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        let list = lists.keptList(best.feature, node.range)
        let nodeRows = rows + node.range.lowerBound
        for index in 0..<list.count { nodeRows[index] = list.entries[index].row }
        let threshold = Double(list.entries[position - 1].value) / 2 + Double(list.entries[position].value) / 2
        return divide(node, best, position, threshold, impurity, knownConstants: knownConstants)
    }

    /// Measures the children, whose rows have been divided, and divides the lists.
    private mutating func divide(
        _ node: NodeContext,
        _ best: Choice,
        _ countLeft: Int,
        _ threshold: Double,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        let nodeRows = UnsafePointer(rows + node.range.lowerBound)
        let split = lists.storeChildren(
            of: node,
            leftRows: RowSlice(rows: nodeRows, step: 1, count: countLeft),
            impurity: impurity,
            feature: best.feature,
            hasMissing: best.hasMissing,
            threshold: threshold
        )
        let order = RowSlice(rows: nodeRows, step: 1, count: node.range.count)
        lists.divideLists(node, split, order, except: best.feature, knownConstants: knownConstants)
        return split
    }
}
