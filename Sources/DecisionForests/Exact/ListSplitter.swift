internal import CForestKernels

/// The exact splitter for whole weights and targets with exact sums: keeps, per feature, the rows of every node sorted.
///
/// The features are sorted once per forest; a tree filters those orders by its bootstrap, and a split divides each
/// list stably, so that nothing is sorted again. O(d · n) per level. Same trees as `ReferenceSplitter`.
struct ListSplitter<Scan: CutScan>: NodeSplitter {
    let rowCount: Int
    let outputCount: Int
    let limits: GrowthLimits
    let minWeightLeaf: Double
    private let totalWeight: Double
    private let twins: TwinTable?
    /// Which features have lists; nil: all, or none.
    private var isListed: UnsafeMutablePointer<Bool>?
    /// Per feature `listLength` entries; every node is a range in each, counted from `covered`'s start.
    private let lists: UnsafeMutablePointer<ListEntry>
    private let listLength: Int
    private var covered = 0..<0
    private let spare: UnsafeMutablePointer<ListEntry>
    private let goesLeft: UnsafeMutablePointer<UInt8>
    /// Instead of the lists of small nodes, if that is less work.
    private var demand: DemandLists?
    private var small: SmallNodes?
    var sampler: FeatureSampler
    private(set) var scan: Scan

    /// With all lists filled.
    ///
    /// - Parameter orders: nil: nodes are sorted on demand.
    init(
        _ problem: TreeProblem,
        _ integers: IntegerTargets,
        _ orders: FeatureOrders?
    ) throws(CancellationError) {
        let rows = TreeRows(problem, integers)
        let demand = Self.demandLists(problem, rows, hasOrders: orders != nil)
        guard let orders, (demand?.longest ?? 0) < rows.count else {
            self.init(problem, rows, listLength: 0)
            sortOnDemand(demand, problem, rows)
            return
        }
        self.init(problem, rows, listLength: rows.count)
        sortOnDemand(demand, problem, rows)
        try orders.filter(rows.source, rows.count, problem, into: lists)
        cover(0..<rows.count)
    }

    /// With the lists of those features that have an order.
    init(
        _ problem: TreeProblem,
        _ rows: TreeRows,
        _ orders: FeatureOrders
    ) throws(CancellationError) {
        self.init(problem, rows, listLength: rows.count)
        let isListed = problem.scratch.allocate(Bool.self, problem.featureCount)
        for feature in 0..<problem.featureCount { isListed[feature] = orders.isListed(feature) }
        self.isListed = isListed
        try orders.filter(rows.source, rows.count, problem, into: lists)
        cover(0..<rows.count)
    }

    private static func demandLists(_ problem: TreeProblem, _ rows: TreeRows, hasOrders: Bool) -> DemandLists? {
        if !hasOrders { return DemandLists(problem, rows, longest: rows.count) }
        if DemandLists.pay(featureCount: problem.originalCount, drawn: problem.limits.maxFeatures) {
            return DemandLists(problem, rows, longest: nil)
        }
        return searchesSmallNodes(problem) ? DemandLists(problem, rows, longest: SmallNodes.most) : nil
    }

    /// Whether small nodes do without lists.
    static func searchesSmallNodes(_ problem: TreeProblem) -> Bool {
        Scan.searchesSmallNodes && SmallNodes.suffice(problem)
    }

    /// With lists for nodes of at most `listLength` rows, which the caller fills.
    init(_ problem: TreeProblem, _ rows: TreeRows, listLength: Int) {
        self.listLength = listLength
        rowCount = rows.count
        outputCount = rows.outputCount
        limits = problem.limits
        minWeightLeaf = problem.minWeightLeaf
        totalWeight = problem.totalWeight
        twins = problem.twins
        let entryCount = listLength * problem.featureCount
        lists = problem.scratch.allocate(ListEntry.self, entryCount + ListSlice.overhang)
        // Short lists are filled bit by bit, long ones at once.
        let unfilled = listLength < rows.count ? 0 : entryCount
        for index in unfilled..<(entryCount + ListSlice.overhang) { lists[index] = ListEntry(value: 0, row: 0) }
        spare = problem.scratch.allocate(ListEntry.self, listLength + ListSlice.overhang)
        goesLeft = problem.scratch.allocate(UInt8.self, rows.count)
        sampler = FeatureSampler(problem)
        scan = Scan(rows, problem.scratch)
    }

    /// The entries of a feature for the covered rows.
    func list(_ feature: Int) -> UnsafeMutablePointer<ListEntry> { lists + feature * listLength }

    /// Makes the lists of small nodes when they are asked for, instead of dividing them, or does without.
    mutating func sortOnDemand(_ demand: DemandLists?, _ problem: TreeProblem, _ rows: TreeRows) {
        self.demand = demand
        guard let demand, Self.searchesSmallNodes(problem) else { return }
        small = SmallNodes(problem, rows: demand.rows, source: rows.source, isDistinct: false)
    }

    func covers(_ range: Range<Int>) -> Bool {
        covered.lowerBound <= range.lowerBound && range.upperBound <= covered.upperBound
    }

    private func list(_ feature: Int, _ range: Range<Int>) -> ListSlice {
        ListSlice(entries: list(feature) + (range.lowerBound - covered.lowerBound), count: range.count)
    }

    /// The lists now hold the rows of these positions.
    mutating func cover(_ range: Range<Int>) { covered = range }

    mutating func enter(_ node: NodeContext) -> NodeSummary {
        scan.enter(node.range.lowerBound)
        return NodeSummary(weight: scan.weight, impurity: node.impurity ?? scan.impurity(node.range.lowerBound))
    }

    func appendValue(to values: inout [Double]) { scan.appendValue(to: &values) }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        if node.range.count <= SmallNodes.most && small != nil {
            var entry = small!.enter(node.range, sampler.featuresAndTwins(from: knownConstants))
            if entry == .new && !scan.copySmall(small!.rowsByID, node.range.count) {
                small!.forget()
                entry = .unfit
            }
            if entry != .unfit { return findSmallSplit(node, small!, impurity, &knownConstants) }
        }
        var best = Cut()
        // Two rows can be parted in one way only, and gain the same by every feature: the first one drawn wins.
        let isPair = node.range.count == 2 && minWeightLeaf == 0
        sampler.enterNode(knownConstants: knownConstants)
        while let feature = sampler.next() {
            if CancellationPace.stops(node.range.count) { return nil }
            let list = anyList(feature, node.range)
            if list.entries[list.count - 1].value <= list.entries[0].value + Scan.gap {
                sampler.isConstant()
            } else {
                sampler.isCandidate(mayBeMissing: list.entries[list.count - 1].value == .infinity)
                if isPair && best.position > 0 { continue }
                if search(list, feature, &best) { keepDemanded(node.range.count) }
            }
        }
        knownConstants = sampler.leaveNode()
        if best.position == 0 { return nil }
        return divide(node, best, impurity, knownConstants: knownConstants)
    }

    /// The node's rows, sorted by a feature: kept so, or made so if the node is small.
    func anyList(_ feature: Int, _ range: Range<Int>) -> ListSlice {
        sortsOnDemand(range.count) ? demand!.list(feature, range) : list(feature, range)
    }

    /// Keeps the list that was made last for `keptList`.
    mutating func keepDemanded(_ rowCount: Int) { if sortsOnDemand(rowCount) { demand!.keepCurrent() } }

    /// The list with the best cut.
    func keptList(_ feature: Int, _ range: Range<Int>) -> ListSlice {
        sortsOnDemand(range.count) ? demand!.kept(range) : list(feature, range)
    }

    private mutating func findSmallSplit(
        _ node: NodeContext,
        _ small: SmallNodes,
        _ impurity: Double,
        _ knownConstants: inout Int
    ) -> Split? {
        let drawn = small.draw(
            node.range,
            &sampler,
            leastRows: limits.minSamplesLeaf,
            knownConstants: &knownConstants
        )
        guard var drawn else { return nil }
        var position: Int32 = 1
        var winner = 0
        if drawn.count == 2 {
            // Two rows can be parted in one way only, and gain the same by every feature: the first one drawn wins.
            small.sortPair(drawn, by: Int(drawn.drawn[0]))
        } else {
            winner = Int(scan.searchSmall(&drawn, &position))
            if winner < 0 { return nil }
        }
        small.storeRows(node.range)
        let feature = Int(drawn.drawn[winner])
        let leftCount = Int(position)
        return storeChildren(
            of: node,
            leftRows: small.rows(node.range, leftCount),
            impurity: impurity,
            feature: feature,
            hasMissing: twins != nil && small.hasMissing(node.range, feature),
            threshold: small.threshold(feature, between: drawn.ids[leftCount - 1], and: drawn.ids[leftCount])
        )
    }

    /// Whether a node of so many rows has no lists.
    @inline(__always)
    func sortsOnDemand(_ rowCount: Int) -> Bool { rowCount <= demand?.longest ?? 0 }

    private struct Cut {
        var gain = -Double.infinity
        var feature = 0
        /// How many rows go left; 0: no cut was found.
        var position = 0
    }

    /// Finds the cut of a sorted list that gains most.
    ///
    /// - Returns: How many rows go left; 0: none gains more than `gain`.
    func bestCut(_ list: ListSlice, gain: inout Double) -> Int {
        minWeightLeaf > 0
            ? scan.bestCut(list, leastRows: limits.minSamplesLeaf, minWeight: minWeightLeaf, gain: &gain)
            : scan.bestCut(list, leastRows: limits.minSamplesLeaf, gain: &gain)
    }

    /// Tries every cut of a sorted list.
    private func search(_ list: ListSlice, _ feature: Int, _ best: inout Cut) -> Bool {
        let position = bestCut(list, gain: &best.gain)
        if position == 0 { return false }
        best.feature = feature
        best.position = position
        return true
    }

    /// Measures the children and divides the lists that they still need.
    private mutating func divide(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        let range = node.range
        let slice = keptList(cut.feature, range)
        let list = slice.entries
        let split = storeChildren(
            of: node,
            leftRows: slice.rows(cut.position),
            impurity: impurity,
            feature: cut.feature,
            hasMissing: list[range.count - 1].value == .infinity,
            threshold: Double(list[cut.position - 1].value) / 2 + Double(list[cut.position].value) / 2
        )
        demand?.store(slice, range, cutAt: cut.position)
        divideLists(node, split, slice.rows(range.count), except: cut.feature, knownConstants: knownConstants)
        return split
    }

    /// Divides the lists that the children still need.
    ///
    /// - Parameters:
    ///   - rows: The node's rows, those of the left child first.
    ///   - sorted: The feature whose list is divided already.
    func divideLists(_ node: NodeContext, _ split: Split, _ rows: RowSlice, except sorted: Int, knownConstants: Int) {
        let range = node.range
        if listLength == 0 || sortsOnDemand(range.count) { return }
        let position = split.position - range.lowerBound
        let weightLeft = scan.weight(range.lowerBound)
        let countRight = range.count - position
        let keepsLeft =
            !sortsOnDemand(position) && mayGrow(node.depth + 1, position, weightLeft, split.impurityLeft)
        let keepsRight =
            !sortsOnDemand(countRight)
            && mayGrow(node.depth + 1, countRight, scan.weight - weightLeft, split.impurityRight)
        if !keepsLeft && !keepsRight { return }
        for index in 0..<position { goesLeft[rows[index]] = 1 }
        for index in position..<range.count { goesLeft[rows[index]] = 0 }
        for feature in sampler.features(from: knownConstants) {
            if let isListed, !isListed[Int(feature)] { continue }
            if CancellationPace.stops(range.count) { break }
            let twin = sampler.twin(of: feature)
            let own = list(Int(feature), range)
            // Below a node where nothing is missing, twins are not looked at.
            if twin >= 0 && own.entries[own.count - 1].value == .infinity && Int(twin) != sorted {
                list(Int(twin), range)
                    .divide(at: position, goesLeft, keepsLeft: keepsLeft, keepsRight: keepsRight, spare)
            }
            if Int(feature) == sorted { continue }
            own.divide(at: position, goesLeft, keepsLeft: keepsLeft, keepsRight: keepsRight, spare)
        }
    }

    /// Measures the children of a split, given the rows of the left one, and remembers their totals.
    ///
    /// - Parameter hasMissing: Whether the feature is missing in some of the node's rows.
    mutating func storeChildren(
        of node: NodeContext,
        leftRows: RowSlice,
        impurity: Double,
        feature: Int,
        hasMissing: Bool,
        threshold: Double
    ) -> Split {
        let start = node.range.lowerBound
        let middle = start + leftRows.count
        scan.storeChildren(left: start, right: middle, leftRows: leftRows)
        let impurityLeft = scan.impurity(start)
        let impurityRight = scan.impurity(middle)
        let weight = scan.weight
        let weightLeft = scan.weight(start)
        let weightRight = weight - weightLeft
        let original = twins?.original(of: feature) ?? feature
        return Split(
            feature: original,
            threshold: threshold,
            // Where nothing is missing, what comes later goes the way of most.
            missingGoesLeft: original != feature || !hasMissing && leftRows.count > node.range.count - leftRows.count,
            position: middle,
            impurityLeft: impurityLeft,
            impurityRight: impurityRight,
            improvement: weight / totalWeight
                * (impurity - weightRight / weight * impurityRight - weightLeft / weight * impurityLeft),
            middleValue: 0
        )
    }

    /// Whether a child with these rows may be split in turn.
    func mayGrow(_ depth: Int, _ count: Int, _ weight: Double, _ impurity: Double) -> Bool {
        limits.mayGrow(depth: depth, count: count, weight: weight, impurity: impurity, minWeightLeaf: minWeightLeaf)
    }
}
