internal import CForestKernels

/// The exact splitter for every criterion, with missing values and monotonic constraints.
///
/// It keeps the tree's rows in the order in which scikit-learn would, so that sums, and with them the choice between
/// equally good splits, agree to the last bit. Where the values of a feature differ within a node, that order is simply
/// ascending and taken from a sorted list; rows with equal values are put in order by scikit-learn's own sort.
struct ReferenceSplitter<C: Criterion>: NodeSplitter {
    /// Values that differ by no more count as equal.
    static var gap: Float { 1e-7 }

    let rowCount: Int
    var outputCount: Int { problem.outputCount }
    let problem: TreeProblem
    /// The row of the training set that each row of the tree is.
    let source: UnsafeMutablePointer<Int32>
    let lists: SortedLists?
    var doubt: OrderDoubt
    let rows: UnsafeMutablePointer<Int32>
    private let values: UnsafeMutablePointer<Float>
    private let spareRows: UnsafeMutablePointer<Int32>
    private let entries: UnsafeMutablePointer<PackedEntry>
    var sampler: FeatureSampler
    var criterion: C
    /// Whether the rows sorted last may have values too near to each other to cut between.
    private var mayBeNear = true
    /// Small nodes have no lists.
    var small: SmallMoments?

    init(_ problem: TreeProblem, _ orders: FeatureOrders?, isOptimistic: Bool) throws(CancellationError) {
        source = problem.scratch.allocate(Int32.self, problem.rowCount)
        let targets = problem.scratch.allocate(Double.self, problem.rowCount)
        let weights = problem.scratch.allocate(Double.self, problem.rowCount)
        var count = 0
        for row in 0..<problem.rowCount where problem.weights[row] != 0 {
            source[count] = Int32(row)
            targets[count] = problem.targets[row]
            weights[count] = problem.weights[row]
            count += 1
        }
        rowCount = count
        rows = problem.scratch.allocate(Int32.self, count)
        spareRows = problem.scratch.allocate(Int32.self, count)
        entries = problem.scratch.allocate(PackedEntry.self, count)
        values = problem.scratch.allocate(Float.self, count)
        for row in 0..<count { rows[row] = Int32(row) }
        if let orders {
            lists = try SortedLists(orders, problem, source: source, rowCount: count)
        } else {
            lists = nil
        }
        self.problem = problem
        doubt = OrderDoubt(isOptimistic: isOptimistic, rowCount: count, problem.scratch)
        sampler = FeatureSampler(problem)
        criterion = C(problem.with(targets: targets, weights: weights, count: count), rows: rows)
        if orders != nil, let sums = criterion.squaredSums, SmallMoments.suffice(problem) {
            small = SmallMoments(problem, sums, rows: rows, source: source)
        }
    }

    mutating func enter(_ node: NodeContext) -> NodeSummary {
        criterion.enter(node.range)
        return NodeSummary(weight: criterion.weight, impurity: node.impurity ?? criterion.nodeImpurity)
    }

    func appendValue(to values: inout [Double]) { criterion.appendValue(to: &values) }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        if isInDoubt { return nil }
        doubt.enter(node.range.lowerBound)
        if small != nil && hasNoLists(node.range.count) {
            if doubt.knowsOrder && small!.enter(node.range, sampler.features(from: knownConstants)) {
                return findSmallSplit(node, small!, impurity, &knownConstants)
            }
            small!.forget()
        }
        var best: Cut?
        sampler.enterNode(knownConstants: knownConstants)
        while let feature = sampler.next() {
            if CancellationPace.stops(node.range.count) { return nil }
            let missingCount = sort(node.range, by: feature)
            let presentEnd = node.range.upperBound - missingCount
            if presentEnd == node.range.lowerBound
                || (missingCount == 0 && values[presentEnd - 1] <= values[node.range.lowerBound] + Self.gap)
            {
                sampler.isConstant()
                continue
            }
            sampler.isCandidate()
            if missingCount == 0 && scanAtOnce(node, feature, &best) { continue }
            scan(node, feature, presentEnd: presentEnd, missingGoesLeft: false, &best)
            if missingCount > 0 {
                moveMissingToFront(node.range, missingCount)
                scan(node, feature, presentEnd: node.range.upperBound, missingGoesLeft: true, &best)
            }
        }
        knownConstants = sampler.leaveNode()
        if doubt.leave() { return nil }
        return best.map { divide(node, $0, impurity, knownConstants: knownConstants) }
    }

    /// Whether a node of so many rows is too small for lists.
    func hasNoLists(_ rowCount: Int) -> Bool { small != nil && rowCount <= SmallNodes.most }

    /// Divides a node in which no two rows share a value of a feature.
    private mutating func findSmallSplit(
        _ node: NodeContext,
        _ small: SmallMoments,
        _ impurity: Double,
        _ knownConstants: inout Int
    ) -> Split? {
        let cut = small.search(
            node.range,
            &sampler,
            criterion.squaredSums!,
            leastRows: problem.limits.minSamplesLeaf,
            knownConstants: &knownConstants
        )
        guard let cut else { return nil }
        _ = doubt.leave()
        return split(
            node,
            Cut(
                gain: 0,
                feature: cut.feature,
                threshold: cut.threshold,
                missingGoesLeft: cut.position > node.range.count - cut.position,
                position: node.range.lowerBound + cut.position
            ),
            impurity,
            knownConstants: knownConstants
        )
    }

    /// A cut that may become the split.
    struct Cut {
        var gain: Double
        var feature: Int
        var threshold: Double
        var missingGoesLeft: Bool
        var position: Int
    }

    /// Sorts the node's rows by a feature, missing values last, and returns how many those are.
    private mutating func sort(_ range: Range<Int>, by feature: Int) -> Int {
        mayBeNear = true
        if let lists, !problem.featureHasMissing[feature], !hasNoLists(range.count) {
            if lists.isConstant(feature, range) {
                // Equal values are not moved.
                values[range.lowerBound] = lists[feature][range.lowerBound].value
                values[range.upperBound - 1] = values[range.lowerBound]
                return 0
            }
            let ties = lists.ties(feature, range)
            mayBeNear = ties.near
            if doubt.accepts(feature, hasTies: ties.equal, rowCount: range.count) {
                lists.copy(feature, range, rows, values)
                return 0
            }
        }
        let column = problem.features + feature * problem.rowCount
        var missingCount = 0
        if problem.featureHasMissing[feature] {
            var index = range.lowerBound
            var last = range.upperBound - 1
            while index <= last {
                if column[Int(source[Int(rows[last])])].isNaN {
                    missingCount += 1
                    last -= 1
                    continue
                }
                if column[Int(source[Int(rows[index])])].isNaN {
                    (rows[index], rows[last]) = (rows[last], rows[index])
                    missingCount += 1
                    last -= 1
                }
                values[index] = column[Int(source[Int(rows[index])])]
                index += 1
            }
        } else {
            for index in range { values[index] = column[Int(source[Int(rows[index])])] }
        }
        if hasNoLists(range.count) {
            let values = UnsafeBufferPointer(start: values + range.lowerBound, count: range.count)
            // Equal values are not moved.
            if values.allSatisfy({ $0 == values[0] }) { return 0 }
        }
        sortByValue(range.lowerBound, range.count - missingCount)
        if hasNoLists(range.count) {
            let hasTies = (range.lowerBound + 1..<range.upperBound).contains { values[$0] == values[$0 - 1] }
            _ = doubt.accepts(feature, hasTies: hasTies, rowCount: range.count)
        }
        return missingCount
    }

    /// Sorts the rows from `start` on, and their values.
    private func sortByValue(_ start: Int, _ count: Int) {
        for index in 0..<count {
            let row = UInt32(bitPattern: rows[start + index])
            entries[index] = UInt64(SimultaneousSort.orderedBits(values[start + index])) << 32 | UInt64(row)
        }
        SimultaneousSort.sort(entries, count)
        for index in 0..<count {
            rows[start + index] = Int32(truncatingIfNeeded: entries[index])
            values[start + index] = SimultaneousSort.value(ofOrderedBits: UInt32(entries[index] >> 32))
        }
    }

    /// Rows with missing values, so far last, come first; both parts keep their order.
    private func moveMissingToFront(_ range: Range<Int>, _ missingCount: Int) {
        let presentCount = range.count - missingCount
        let start = range.lowerBound
        spareRows.update(from: rows + start + presentCount, count: missingCount)
        (rows + start + missingCount).update(from: rows + start, count: presentCount)
        (rows + start).update(from: spareRows, count: missingCount)
        (values + start + missingCount).update(from: values + start, count: presentCount)
    }

    /// Tries many cuts at a time, if the criterion is a matter of sums from low to high; false: nothing was tried.
    private mutating func scanAtOnce(_ node: NodeContext, _ feature: Int, _ best: inout Cut?) -> Bool {
        guard problem.minWeightLeaf <= 0, problem.limits.monotonicConstraints.isEmpty, let sums = criterion.squaredSums
        else { return false }
        let start = node.range.lowerBound
        var ordered = coppice_real_rows(
            values: values + start,
            rows: rows + start,
            moments: UnsafeRawPointer(sums.moments).assumingMemoryBound(to: Double.self),
            count: node.range.count,
            least: problem.limits.minSamplesLeaf,
            weight: sums.weight,
            sum: sums.sum,
            is_approximate: doubt.isApproximate ? 1 : 0,
            may_be_near: mayBeNear ? 1 : 0
        )
        var gain = best?.gain ?? -.infinity
        var isClose: Int32 = doubt.isClose ? 1 : 0
        var position = 0
        if coppice_search_reals(&ordered, &gain, &isClose, &position) == 0 { return false }
        doubt.isClose = isClose != 0
        if position > 0 {
            best = Cut(
                gain: gain,
                feature: feature,
                threshold: Double(values[start + position - 1]) / 2 + Double(values[start + position]) / 2,
                missingGoesLeft: position > node.range.count - position,
                position: start + position
            )
        }
        return true
    }

    /// Tries every cut of the rows in their present order.
    ///
    /// Missing values stand before the others if they go left, else after `presentEnd`, and cutting just there is tried too.
    private mutating func scan(
        _ node: NodeContext,
        _ feature: Int,
        presentEnd: Int,
        missingGoesLeft: Bool,
        _ best: inout Cut?
    ) {
        let range = node.range
        let leastRows = problem.limits.minSamplesLeaf
        let hasMissing = missingGoesLeft || presentEnd < range.upperBound
        let constraint = problem.limits.monotonicConstraints.isEmpty ? 0 : problem.limits.monotonicConstraints[feature]
        let column = problem.features + feature * problem.rowCount
        var position = range.lowerBound
        if missingGoesLeft {
            while column[Int(source[Int(rows[position])])].isNaN { position += 1 }
        }
        criterion.reset()
        var bestGain = best?.gain ?? -.infinity
        while position < presentEnd {
            position += 1
            while position < presentEnd && values[position] <= values[position - 1] + Self.gap { position += 1 }
            if position == range.upperBound { return }
            let countLeft = position - range.lowerBound
            let countRight = range.upperBound - position
            if countLeft < leastRows || countRight < leastRows { continue }
            criterion.move(to: position)
            if constraint != 0 && !criterion.isMonotonic(constraint, within: node) { continue }
            if criterion.weightLeft < problem.minWeightLeaf || criterion.weightRight < problem.minWeightLeaf {
                continue
            }
            guard let gain = criterion.gain(above: doubt.bound(bestGain)) else { continue }
            if !doubt.isBetter(gain, than: bestGain) { continue }
            bestGain = gain
            let threshold =
                position == presentEnd
                ? Double.infinity : Double(values[position - 1]) / 2 + Double(values[position]) / 2
            best = Cut(
                gain: gain,
                feature: feature,
                threshold: threshold,
                missingGoesLeft: hasMissing ? missingGoesLeft : countLeft > countRight,
                position: position
            )
        }
    }
}
