extension ReferenceSplitter {
    /// Divides the node's rows by the best cut, from both ends as scikit-learn does, and measures the children.
    mutating func divide(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        if let lists, !hasNoLists(node.range.count), !problem.featureHasMissing[cut.feature] {
            lists.mark(cut.feature, node.range, leftCount: cut.position - node.range.lowerBound)
            part(node.range) { lists.goesLeft($0) }
        } else {
            let column = problem.features + cut.feature * problem.rowCount
            part(node.range) { row in
                let value = column[Int(source[Int(row)])]
                return value.isNaN ? cut.missingGoesLeft : Double(value) <= cut.threshold
            }
            if let lists, !hasNoLists(node.range.count) { lists.mark(rows, node.range, leftEnd: cut.position) }
        }
        return split(node, cut, impurity, knownConstants: knownConstants)
    }

    /// Parts the node's rows from both ends.
    @inline(__always)
    private func part(_ range: Range<Int>, _ goesLeft: (Int32) -> Bool) {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end {
            if goesLeft(rows[start]) {
                start &+= 1
            } else {
                end &-= 1
                (rows[start], rows[end]) = (rows[end], rows[start])
            }
        }
    }

    /// Measures the children, whose rows have been parted, and divides the lists that they still need.
    mutating func split(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        criterion.reset()
        criterion.move(to: cut.position)
        let children = criterion.childrenImpurity
        settleDoubt(node, cut, impurity, children)
        lists?.divide(
            sampler.features(from: knownConstants),
            node.range,
            at: cut.position,
            keeps: (
                needsLists(node, cut.position - node.range.lowerBound, criterion.weightLeft, children.left),
                needsLists(node, node.range.upperBound - cut.position, criterion.weightRight, children.right)
            )
        )
        return Split(
            feature: cut.feature,
            threshold: cut.threshold,
            missingGoesLeft: cut.missingGoesLeft,
            position: cut.position,
            impurityLeft: children.left,
            impurityRight: children.right,
            improvement: criterion.improvement(from: impurity, to: children, totalWeight: problem.totalWeight),
            middleValue: criterion.middleValue
        )
    }

    /// Whether a child of `node` may be split in turn, by lists.
    private func needsLists(_ node: NodeContext, _ count: Int, _ weight: Double, _ impurity: Double) -> Bool {
        if hasNoLists(count) { return false }
        return problem.limits.mayGrow(
            depth: node.depth + 1,
            count: count,
            weight: weight,
            impurity: impurity,
            minWeightLeaf: problem.minWeightLeaf
        )
    }

    /// Whether the tree must be grown again without optimism.
    var isInDoubt: Bool { doubt.isInDoubt }

    /// On which sides of a small node's split there are rows that share their value of a feature with another row.
    private func sidesOfTies(
        _ feature: Int,
        _ range: Range<Int>,
        _ goesLeft: (Int32) -> Bool
    ) -> (left: Bool, right: Bool) {
        let column = problem.features + feature * problem.rowCount
        let values = range.map { column[Int(source[Int(rows[$0])])] }
        var sides = (left: false, right: false)
        for (index, value) in values.enumerated() where values.count(where: { $0 == value }) > 1 {
            if goesLeft(rows[range.lowerBound + index]) { sides.left = true } else { sides.right = true }
        }
        return sides
    }

    /// Works out whether the children's rows are in scikit-learn's order.
    private mutating func settleDoubt(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        _ children: (left: Double, right: Double)
    ) {
        guard let feature = doubt.tiedFeature, let lists else { return doubt.storeChildren(node, cut.position, nil) }
        let column = problem.features + cut.feature * problem.rowCount
        let goesLeft = { (row: Int32) in Double(column[Int(source[Int(row)])]) <= cut.threshold }
        let sides =
            hasNoLists(node.range.count)
            ? sidesOfTies(feature, node.range, goesLeft) : lists.sidesOfTies(feature, node.range, goesLeft: goesLeft)
        doubt.storeChildren(node, cut.position, sides)
        // Whether a child is pure may be for rounding errors to decide.
        let least = problem.limits.minSamplesSplit
        let pureLeft = cut.position - node.range.lowerBound >= least && children.left < impurity * 1e-6
        let pureRight = node.range.upperBound - cut.position >= least && children.right < impurity * 1e-6
        if pureLeft || pureRight { doubt.isInDoubt = true }
    }
}
