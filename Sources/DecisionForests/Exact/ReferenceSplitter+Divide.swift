extension ReferenceSplitter {
    /// Divides the node's rows by the best cut, from both ends as scikit-learn does, and measures the children.
    mutating func divide(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        knownConstants: Int
    ) -> Split {
        let column = problem.features + cut.feature * problem.rowCount
        var start = node.range.lowerBound
        var end = node.range.upperBound
        while start < end {
            let value = column[Int(source[Int(rows[start])])]
            if value.isNaN ? cut.missingGoesLeft : Double(value) <= cut.threshold {
                start += 1
            } else {
                end -= 1
                (rows[start], rows[end]) = (rows[end], rows[start])
            }
        }
        criterion.reset()
        criterion.move(to: cut.position)
        let children = criterion.childrenImpurity
        settleDoubt(node, cut, impurity, children)
        lists?.divide(
            sampler.features(from: knownConstants),
            node.range,
            at: cut.position,
            rows,
            keeps: (
                mayGrow(node, cut.position - node.range.lowerBound, criterion.weightLeft, children.left),
                mayGrow(node, node.range.upperBound - cut.position, criterion.weightRight, children.right)
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

    /// Whether a child of `node` may be split in turn.
    private func mayGrow(_ node: NodeContext, _ count: Int, _ weight: Double, _ impurity: Double) -> Bool {
        problem.limits.mayGrow(
            depth: node.depth + 1,
            count: count,
            weight: weight,
            impurity: impurity,
            minWeightLeaf: problem.minWeightLeaf
        )
    }

    /// Whether the tree must be grown again without optimism.
    var isInDoubt: Bool { doubt.isInDoubt }

    /// Works out whether the children's rows are in scikit-learn's order.
    private mutating func settleDoubt(
        _ node: NodeContext,
        _ cut: Cut,
        _ impurity: Double,
        _ children: (left: Double, right: Double)
    ) {
        guard let feature = doubt.tiedFeature, let lists else { return doubt.storeChildren(node, cut.position, nil) }
        let column = problem.features + cut.feature * problem.rowCount
        let sides = lists.sidesOfTies(feature, node.range) { Double(column[Int(source[Int($0)])]) <= cut.threshold }
        doubt.storeChildren(node, cut.position, sides)
        // Whether a child is pure may be for rounding errors to decide.
        let least = problem.limits.minSamplesSplit
        let pureLeft = cut.position - node.range.lowerBound >= least && children.left < impurity * 1e-6
        let pureRight = node.range.upperBound - cut.position >= least && children.right < impurity * 1e-6
        if pureLeft || pureRight { doubt.isInDoubt = true }
    }
}
