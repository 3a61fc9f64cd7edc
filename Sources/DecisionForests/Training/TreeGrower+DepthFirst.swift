extension TreeGrower {
    private struct Pending {
        let node: NodeContext
        let parent: TreeAssembly.Parent?
    }

    /// Grows every node that may be split, left child before right.
    func growDepthFirst<Splitter: NodeSplitter & ~Copyable>(_ splitter: inout Splitter) throws -> DecisionTree {
        var tree = TreeAssembly(
            outputCount: splitter.outputCount,
            capacity: limits.mostNodes(rowCount: splitter.rowCount),
            scratch
        )
        var stack = [Pending(node: .root(rowCount: splitter.rowCount), parent: nil)]
        var pace = CancellationPace()
        while let next = stack.popLast() {
            try pace.advance(by: next.node.range.count)
            let summary = splitter.enter(next.node)
            var knownConstants = next.node.knownConstants
            let split = findSplit(&splitter, next.node, summary, &knownConstants)
            if CancellationPace.stops(next.node.range.count) { throw CancellationError() }
            let index = add(next.node, summary, parent: next.parent, to: &tree, splitter)
            guard let split else { continue }
            tree.split(index, split)
            let (left, right) = children(of: next.node, split, knownConstants: knownConstants)
            stack.append(Pending(node: right, parent: TreeAssembly.Parent(node: index, isLeft: false)))
            stack.append(Pending(node: left, parent: TreeAssembly.Parent(node: index, isLeft: true)))
        }
        return tree.finish()
    }
}

/// Looks whether the task was cancelled once in a while.
struct CancellationPace {
    /// So many rows of a feature are worked on in a few milliseconds.
    static let rows = 1 << 18
    private var work = 0

    /// Whether to give up a node of so many rows, which splitters ask before every feature. The grower then throws.
    static func stops(_ rowCount: Int) -> Bool { rowCount > rows / 16 && Task.isCancelled }

    mutating func advance(by rows: Int) throws {
        work += rows + 16
        if work > Self.rows {
            work = 0
            try Task.checkCancellation()
        }
    }
}
