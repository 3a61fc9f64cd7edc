/// Packs trees one after the other, children of a node next to each other.
struct ForestPacking {
    let layout: PackedLayout
    private(set) var nodes: [PackedNode] = []
    private(set) var roots: [(node: Int32, depth: Int32)] = []
    private(set) var values: [Double] = []
    private let outputCount: Int
    /// Leaves with the same class fractions, most of them pure, share their values.
    private var known: [ArraySlice<Double>: UInt32] = [:]

    init(_ forest: RandomForest) {
        layout = PackedLayout(featureCount: forest.featureCount)
        outputCount = forest.outputCount
        nodes.reserveCapacity(forest.nodeCount)
        if outputCount == 1 { values.reserveCapacity(forest.nodeCount / 2 + forest.trees.count) }
    }

    func fits(_ tree: DecisionTree) -> Bool { tree.nodeCount <= Int(layout.childMask) }

    mutating func add(_ tree: DecisionTree) {
        let root = nodes.count
        roots.append((Int32(root), Int32(tree.depth)))
        nodes.append(contentsOf: repeatElement(PackedNode(threshold: 0, bits: 0), count: tree.nodeCount))
        // Depth first, so that the way down mostly stays within a page.
        var pending: [(source: Int32, place: Int)] = [(0, root)]
        var free = root + 1
        while let (source, place) = pending.popLast() {
            let node = Int(source)
            if tree.feature[node] < 0 {
                let index = valueIndex(tree.value[(node * outputCount)..<((node + 1) * outputCount)])
                nodes[place] = PackedNode(
                    threshold: Float(bitPattern: index),
                    bits: PackedLayout.leaf | UInt32(place - root)
                )
                continue
            }
            let missing = tree.missingGoesLeft[node] ? PackedLayout.missingGoesLeft : 0
            nodes[place] = PackedNode(
                threshold: Self.roundedDown(tree.threshold[node]),
                bits: missing | UInt32(tree.feature[node]) << layout.childBits | UInt32(free - root)
            )
            pending.append((tree.rightChild[node], free + 1))
            pending.append((tree.leftChild[node], free))
            free += 2
        }
    }

    private mutating func valueIndex(_ leaf: ArraySlice<Double>) -> UInt32 {
        if outputCount > 1, let index = known[leaf] { return index }
        let index = UInt32(values.count / outputCount)
        values.append(contentsOf: leaf)
        if outputCount > 1 { known[leaf] = index }
        return index
    }

    /// The largest `Float` that is not above the threshold.
    private static func roundedDown(_ threshold: Double) -> Float {
        let nearest = Float(threshold)
        return Double(nearest) > threshold ? nearest.nextDown : nearest
    }
}
