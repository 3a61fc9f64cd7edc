/// Grows one tree from a splitter.
struct TreeGrower {
    /// A node no purer than this is worth splitting: the rounding error of a sum around 1.
    static let purity = Double.ulpOfOne

    let limits: GrowthLimits
    let minWeightLeaf: Double
    let scratch: Scratch

    init(_ problem: TreeProblem) {
        limits = problem.limits
        minWeightLeaf = problem.minWeightLeaf
        scratch = problem.scratch
    }

    func grow<Splitter: NodeSplitter & ~Copyable>(_ splitter: inout Splitter) throws -> DecisionTree {
        if let maxLeafNodes = limits.maxLeafNodes {
            return try growBestFirst(&splitter, maxLeafNodes: maxLeafNodes)
        }
        return try growDepthFirst(&splitter)
    }

    /// The node's split; nil: it is a leaf.
    func findSplit<Splitter: NodeSplitter & ~Copyable>(
        _ splitter: inout Splitter,
        _ node: NodeContext,
        _ summary: NodeSummary,
        _ knownConstants: inout Int
    ) -> Split? {
        let mayGrow = limits.mayGrow(
            depth: node.depth,
            count: node.range.count,
            weight: summary.weight,
            impurity: summary.impurity,
            minWeightLeaf: minWeightLeaf
        )
        if !mayGrow { return nil }
        let found = splitter.findSplit(node, impurity: summary.impurity, knownConstants: &knownConstants)
        guard let split = found, split.improvement + Self.purity >= limits.minImpurityDecrease else { return nil }
        return split
    }

    /// Adds the entered node as a leaf, its value within the bounds that monotonic constraints put on it.
    func add<Splitter: NodeSplitter & ~Copyable>(
        _ node: NodeContext,
        _ summary: NodeSummary,
        parent: TreeAssembly.Parent?,
        to tree: inout TreeAssembly,
        _ splitter: borrowing Splitter
    ) -> Int {
        let index = tree.add(
            parent: parent,
            sampleCount: node.range.count,
            weight: summary.weight,
            impurity: summary.impurity
        )
        splitter.appendValue(to: &tree.value)
        if !limits.monotonicConstraints.isEmpty {
            tree.clipValue(of: index, to: node.lowerBound, node.upperBound)
        }
        return index
    }

    /// The two children of a split node, each with its own bounds.
    func children(of node: NodeContext, _ split: Split, knownConstants: Int) -> (left: NodeContext, right: NodeContext)
    {
        var left = node
        left.range = node.range.lowerBound..<split.position
        left.depth += 1
        left.impurity = split.impurityLeft
        left.knownConstants = knownConstants
        var right = left
        right.range = split.position..<node.range.upperBound
        right.impurity = split.impurityRight
        let constraint = limits.monotonicConstraints.isEmpty ? 0 : limits.monotonicConstraints[split.feature]
        if constraint == 1 {
            left.upperBound = split.middleValue
            right.lowerBound = split.middleValue
        } else if constraint == -1 {
            left.lowerBound = split.middleValue
            right.upperBound = split.middleValue
        }
        return (left, right)
    }
}

extension NodeContext {
    static func root(rowCount: Int) -> NodeContext {
        NodeContext(
            range: 0..<rowCount,
            depth: 0,
            impurity: nil,
            knownConstants: 0,
            lowerBound: -.infinity,
            upperBound: .infinity
        )
    }
}
