extension TreeGrower {
    private struct Candidate {
        let index: Int
        let node: NodeContext
        /// nil: the node stays a leaf.
        let split: Split?

        var improvement: Double { split?.improvement ?? 0 }
    }

    /// Splits the node that improves most, again and again, until there are `maxLeafNodes` leaves.
    func growBestFirst<Splitter: NodeSplitter & ~Copyable>(
        _ splitter: inout Splitter,
        maxLeafNodes: Int
    ) throws -> DecisionTree {
        let capacity = 2 * min(maxLeafNodes, splitter.rowCount)
        var tree = TreeAssembly(outputCount: splitter.outputCount, capacity: capacity, scratch)
        var frontier = BinaryHeap<Candidate> { $0.improvement < $1.improvement }
        var splitsLeft = maxLeafNodes - 1
        var pace = CancellationPace()
        frontier.push(candidate(.root(rowCount: splitter.rowCount), parent: nil, &tree, &splitter))
        while splitsLeft > 0, let best = frontier.pop() {
            guard let split = best.split else { continue }
            try pace.advance(by: best.node.range.count)
            splitsLeft -= 1
            tree.split(best.index, split)
            // Each node looks at all features anew: the order of growth is not that of ancestry.
            let (left, right) = children(of: best.node, split, knownConstants: 0)
            let leftCandidate = candidate(
                left,
                parent: TreeAssembly.Parent(node: best.index, isLeft: true),
                &tree,
                &splitter
            )
            let rightCandidate = candidate(
                right,
                parent: TreeAssembly.Parent(node: best.index, isLeft: false),
                &tree,
                &splitter
            )
            frontier.push(leftCandidate)
            frontier.push(rightCandidate)
        }
        // A node that was given up looks like a leaf.
        try Task.checkCancellation()
        return tree.finish()
    }

    private func candidate<Splitter: NodeSplitter & ~Copyable>(
        _ node: NodeContext,
        parent: TreeAssembly.Parent?,
        _ tree: inout TreeAssembly,
        _ splitter: inout Splitter
    ) -> Candidate {
        let summary = splitter.enter(node)
        var knownConstants = 0
        let split = findSplit(&splitter, node, summary, &knownConstants)
        let index = add(node, summary, parent: parent, to: &tree, splitter)
        return Candidate(index: index, node: node, split: split)
    }
}
