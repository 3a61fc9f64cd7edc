/// The exact splitter for whole weights and targets with exact sums: keeps, per feature, the rows of every node sorted.
///
/// The features are sorted once per forest; a tree filters those orders by its bootstrap, and a split divides each
/// list stably, so that nothing is sorted again. O(d · n) per level. Same trees as `ReferenceSplitter`.
struct ListSplitter<Scan: CutScan>: NodeSplitter {
    let rowCount: Int
    let outputCount: Int
    private let limits: GrowthLimits
    private let minWeightLeaf: Double
    private let totalWeight: Double
    /// Per feature `rowCount` entries; every node is a range in each.
    private let lists: UnsafeMutablePointer<ListEntry>
    private let spare: UnsafeMutablePointer<ListEntry>
    private let goesLeft: UnsafeMutablePointer<UInt8>
    private var sampler: FeatureSampler
    private var scan: Scan

    init(_ problem: TreeProblem, _ integers: IntegerTargets, _ orders: FeatureOrders) {
        let rows = TreeRows(problem, integers)
        rowCount = rows.count
        outputCount = rows.outputCount
        limits = problem.limits
        minWeightLeaf = problem.minWeightLeaf
        totalWeight = problem.totalWeight
        lists = problem.scratch.allocate(ListEntry.self, rows.count * problem.featureCount)
        spare = problem.scratch.allocate(ListEntry.self, rows.count + 1)
        goesLeft = problem.scratch.allocate(UInt8.self, rows.count)
        sampler = FeatureSampler(
            featureCount: problem.featureCount,
            wanted: problem.limits.maxFeatures,
            random: XorShift(seed: problem.samplerSeed)
        )
        scan = Scan(rows, problem.scratch)
        scan.storeRoot(rows.count)
        orders.filter(rows, problem, into: lists)
    }

    mutating func enter(_ node: NodeContext) -> NodeSummary {
        scan.enter(node.range.lowerBound)
        return NodeSummary(weight: scan.weight, impurity: node.impurity ?? scan.impurity(node.range.lowerBound))
    }

    func appendValue(to values: inout [Double]) { scan.appendValue(to: &values) }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        var best = Cut()
        sampler.enterNode(knownConstants: knownConstants)
        while let feature = sampler.next() {
            let list = lists + feature * rowCount + node.range.lowerBound
            if list[node.range.count - 1].value <= list[0].value + ListSplitter.gap {
                sampler.isConstant()
            } else {
                sampler.isCandidate()
                search(list, node.range.count, feature, &best)
            }
        }
        knownConstants = sampler.leaveNode()
        if best.position == 0 { return nil }
        return divide(node, best, impurity, knownConstants: knownConstants)
    }

    private static var gap: Float { 1e-7 }

    private struct Cut {
        var gain = -Double.infinity
        var feature = 0
        /// How many rows go left; 0: no cut was found.
        var position = 0
    }

    /// Tries every cut of a sorted list.
    private mutating func search(
        _ list: UnsafeMutablePointer<ListEntry>,
        _ count: Int,
        _ feature: Int,
        _ best: inout Cut
    ) {
        var scan = scan
        scan.reset()
        let first = limits.minSamplesLeaf
        let last = count - first
        if last < first { return }
        let checksWeight = minWeightLeaf > 0
        for index in 0..<(first - 1) { scan.take(Int(list[index].row)) }
        var entry = list[first - 1]
        var bestGain = best.gain
        for position in first...last {
            scan.take(Int(entry.row))
            let next = position < count ? list[position] : entry
            let isCut = next.value > entry.value + ListSplitter.gap
            entry = next
            if !isCut { continue }
            if checksWeight && (scan.weightLeft < minWeightLeaf || scan.weight - scan.weightLeft < minWeightLeaf) {
                continue
            }
            if let gain = scan.gain(above: bestGain) {
                bestGain = gain
                best = Cut(gain: gain, feature: feature, position: position)
            }
        }
    }

    /// Measures the children and divides the lists that they still need.
    private mutating func divide(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        let range = node.range
        let list = lists + cut.feature * rowCount + range.lowerBound
        let middle = range.lowerBound + cut.position
        scan.storeChildren(
            left: range.lowerBound,
            right: middle,
            leftRows: ListSlice(entries: list, count: cut.position)
        )
        let impurityLeft = scan.impurity(range.lowerBound)
        let impurityRight = scan.impurity(middle)
        let weight = scan.weight
        let weightLeft = scan.weight(range.lowerBound)
        let weightRight = weight - weightLeft
        let keepsLeft = mayGrow(node.depth + 1, cut.position, weightLeft, impurityLeft)
        let keepsRight = mayGrow(node.depth + 1, range.count - cut.position, weightRight, impurityRight)
        if keepsLeft || keepsRight {
            for index in 0..<cut.position { goesLeft[Int(list[index].row)] = 1 }
            for index in cut.position..<range.count { goesLeft[Int(list[index].row)] = 0 }
            for feature in sampler.features(from: knownConstants) where Int(feature) != cut.feature {
                let other = ListSlice(entries: lists + Int(feature) * rowCount + range.lowerBound, count: range.count)
                if keepsLeft && keepsRight {
                    ListKernels.divide(other, goesLeft, spare)
                } else if keepsLeft {
                    ListKernels.keepLeft(other, goesLeft)
                } else {
                    ListKernels.keepRight(other, goesLeft)
                }
            }
        }
        return Split(
            feature: cut.feature,
            threshold: Double(list[cut.position - 1].value) / 2 + Double(list[cut.position].value) / 2,
            missingGoesLeft: cut.position > range.count - cut.position,
            position: middle,
            impurityLeft: impurityLeft,
            impurityRight: impurityRight,
            improvement: weight / totalWeight
                * (impurity - weightRight / weight * impurityRight - weightLeft / weight * impurityLeft),
            middleValue: 0
        )
    }

    /// Whether a child with these rows may be split in turn.
    private func mayGrow(_ depth: Int, _ count: Int, _ weight: Double, _ impurity: Double) -> Bool {
        depth < limits.maxDepth && count >= limits.minSamplesSplit && count >= 2 * limits.minSamplesLeaf
            && weight >= 2 * minWeightLeaf && impurity > TreeGrower.purity
    }
}
