extension DecisionTree {
    /// Minimal cost-complexity pruning (Breiman et al., “Classification and Regression Trees”, 1984).
    ///
    /// Cuts the inner node whose subtree buys the least impurity per leaf, while that is at most `alpha`.
    /// O(nodes²) at worst.
    func pruned(alpha: Double) -> DecisionTree {
        var pruning = Pruning(self)
        while let (node, price) = pruning.weakestLink(), price <= alpha { pruning.cut(node) }
        return keeping(leaves: pruning.isLeaf)
    }

    /// A copy in which the marked nodes are leaves and all below them is gone; depth-first.
    private func keeping(leaves isLeaf: [Bool]) -> DecisionTree {
        let scratch = Scratch()
        var tree = TreeAssembly(outputCount: outputCount, capacity: nodeCount, scratch)
        var stack: [(node: Int, parent: TreeAssembly.Parent?)] = [(0, nil)]
        while let (node, parent) = stack.popLast() {
            let index = tree.add(
                parent: parent,
                sampleCount: Int(sampleCount[node]),
                weight: weightedSampleCount[node],
                impurity: impurity[node]
            )
            tree.value.append(contentsOf: value[(node * outputCount)..<((node + 1) * outputCount)])
            if isLeaf[node] { continue }
            tree.split(
                index,
                feature: Int(feature[node]),
                threshold: threshold[node],
                missingGoesLeft: missingGoesLeft[node]
            )
            stack.append((Int(rightChild[node]), TreeAssembly.Parent(node: index, isLeft: false)))
            stack.append((Int(leftChild[node]), TreeAssembly.Parent(node: index, isLeft: true)))
        }
        return tree.finish()
    }
}

private struct Pruning {
    private let tree: DecisionTree
    private let parent: [Int]
    private(set) var isLeaf: [Bool]
    private var isCandidate: [Bool]
    private var leafCount: [Int]
    /// The weighted impurity of each node, and of the leaves below it.
    private let nodeCost: [Double]
    private var branchCost: [Double]

    init(_ tree: DecisionTree) {
        self.tree = tree
        let count = tree.nodeCount
        var parent = [Int](repeating: -1, count: count)
        for node in 0..<count where tree.feature[node] >= 0 {
            parent[Int(tree.leftChild[node])] = node
            parent[Int(tree.rightChild[node])] = node
        }
        self.parent = parent
        isLeaf = tree.feature.map { $0 < 0 }
        isCandidate = isLeaf.map { !$0 }
        nodeCost = (0..<count).map { tree.weightedSampleCount[$0] * tree.impurity[$0] / tree.weightedSampleCount[0] }
        leafCount = [Int](repeating: 0, count: count)
        branchCost = [Double](repeating: 0, count: count)
        for leaf in 0..<count where isLeaf[leaf] {
            branchCost[leaf] = nodeCost[leaf]
            var node = parent[leaf]
            while node >= 0 {
                branchCost[node] += nodeCost[leaf]
                leafCount[node] += 1
                node = parent[node]
            }
        }
    }

    /// The inner node whose leaves pay least, and how much each of them buys; nil: only the root is left.
    func weakestLink() -> (node: Int, price: Double)? {
        guard isCandidate[0] else { return nil }
        var weakest: (node: Int, price: Double) = (0, .greatestFiniteMagnitude)
        for node in isCandidate.indices where isCandidate[node] {
            let price = (nodeCost[node] - branchCost[node]) / Double(leafCount[node] - 1)
            if price < weakest.price { weakest = (node, price) }
        }
        return weakest
    }

    mutating func cut(_ branch: Int) {
        var below = [branch]
        while let node = below.popLast() {
            isCandidate[node] = false
            isLeaf[node] = false
            if tree.feature[node] >= 0 { below += [Int(tree.leftChild[node]), Int(tree.rightChild[node])] }
        }
        isLeaf[branch] = true
        let lostLeaves = leafCount[branch] - 1
        leafCount[branch] = 0
        let added = nodeCost[branch] - branchCost[branch]
        branchCost[branch] = nodeCost[branch]
        var node = parent[branch]
        while node >= 0 {
            leafCount[node] -= lostLeaves
            branchCost[node] += added
            node = parent[node]
        }
    }
}
