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
    /// Nodes of more rows go by bins wherever there are any.
    private let longest: Int
    private var lists: ListSplitter<Scan>

    /// - Parameters:
    ///   - binned: A feature without bins is sparse or has an order.
    ///   - orders: Of the features that have lists; nil: none has.
    init(
        _ problem: TreeProblem,
        _ targets: IntegerTargets,
        _ binned: BinnedFeatures,
        _ sparse: SparseColumns,
        _ orders: FeatureOrders?,
        roundsWeights: Bool
    ) throws(CancellationError) {
        let treeRows = TreeRows(problem, targets, roundsWeights: roundsWeights)
        rowCount = treeRows.count
        outputCount = treeRows.outputCount
        rows = problem.scratch.allocate(UInt32.self, rowCount)
        spare = problem.scratch.allocate(UInt32.self, rowCount)
        for row in 0..<rowCount { rows[row] = UInt32(row) }
        bins = binned.bins
        codes = RowCodes(treeRows, binned, problem.scratch)
        columnSums = ColumnSums(codes, bins, problem)
        self.sparse = sparse
        others = problem.scratch.allocate(ListEntry.self, sparse.count == 0 ? 0 : rowCount)
        spareOthers = problem.scratch.allocate(ListEntry.self, sparse.count == 0 ? 0 : rowCount)
        if let orders {
            longest = min(DemandLists.mostToSort, rowCount)
            lists = try ListSplitter(problem, treeRows, orders)
        } else {
            let meanBinCount = bins.binCount / problem.featureCount
            longest = min(max(32, 4 * meanBinCount * outputCount), 256, rowCount)
            lists = ListSplitter(problem, treeRows, listLength: 0)
        }
        values = RowValues(problem, treeRows, longest: longest)
        // Only lists of more rows than sparse features are sorted in need it, and those features have bins.
        let filling = orders == nil ? ListFilling(codes: codes, bins: bins, values: values) : nil
        let demand = DemandLists(rows: rows, values, filling, longest: longest, problem.scratch)
        lists.sortOnDemand(demand, problem, treeRows)
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
        return divide(node, best, impurity, knownConstants: knownConstants)
    }

    /// Divides the node's rows and the lists by the best cut, if there is one, and measures the children.
    private mutating func divide(
        _ node: NodeContext,
        _ best: Choice,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split? {
        let count = node.range.count
        let nodeRows = rows + node.range.lowerBound
        let countLeft: Int
        let threshold: Double
        switch best.kind {
        case .none: return nil
        case .list(let position):
            let list = lists.keptList(best.bins.feature, node.range)
            for index in 0..<count { nodeRows[index] = list.entries[index].row }
            countLeft = position
            threshold = Double(list.entries[position - 1].value) / 2 + Double(list.entries[position].value) / 2
        case .bins:
            let (left, right) = (Int(best.bins.cut.left), Int(best.bins.cut.right))
            countLeft = HistogramKernels.divide(nodeRows, count, codes.column(best.bins.feature), upTo: left, spare)
            threshold = bins.threshold(best.bins.feature, between: left, and: right)
        case .values(let left, let right):
            countLeft = values.divide(nodeRows, count, best.bins.feature, upTo: left, spare)
            threshold = Double(left) / 2 + Double(right) / 2
        }
        let split = lists.storeChildren(
            of: node,
            leftRows: RowSlice(rows: nodeRows, step: 1, count: countLeft),
            impurity: impurity,
            feature: best.bins.feature,
            hasMissing: best.bins.hasMissing,
            threshold: threshold
        )
        let order = RowSlice(rows: nodeRows, step: 1, count: count)
        lists.divideLists(node, split, order, except: best.bins.feature, knownConstants: knownConstants)
        return split
    }

    /// So few rows are sorted as they are, whatever their values.
    private static var mostAsList: Int { 32 }

    /// The best cut so far, of any kind.
    private struct Choice {
        var kind = Kind.none
        /// Its feature and gain; where it is, if it is between bins.
        var bins = BinChoice()
    }

    private enum Kind {
        case none
        case bins
        /// How many rows of the list go left.
        case list(Int)
        case values(left: Float, right: Float)
    }

    private mutating func searchBins(_ feature: Int, _ range: Range<Int>, _ best: inout Choice) {
        let sums = columnSums.fill(feature, rows + range.lowerBound, range.count, lists.scan)
        if lists.searchBins(feature, bins, sums, rowCount: range.count, &best.bins) { best.kind = .bins }
    }

    private mutating func searchList(_ feature: Int, _ range: Range<Int>, _ best: inout Choice) {
        let list = lists.anyList(feature, range)
        let last = list.entries[list.count - 1].value
        if last <= list.entries[0].value + Scan.gap { return lists.sampler.isConstant() }
        lists.sampler.isCandidate(mayBeMissing: last == .infinity)
        let position = lists.bestCut(list, gain: &best.bins.cut.gain)
        if position == 0 { return }
        best.bins.feature = feature
        best.bins.hasMissing = last == .infinity
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
            leastRows: lists.limits.minSamplesLeaf,
            minWeight: lists.minWeightLeaf,
            gain: &best.bins.cut.gain
        )
        if position == 0 { return }
        best.bins.feature = feature
        best.bins.hasMissing = list.last == .infinity
        let (left, right) = list.values(at: position)
        best.kind = .values(left: left, right: right)
    }
}
