/// The nodes of a tree that is being grown.
struct TreeAssembly {
    /// One append per node instead of nine.
    private struct Node {
        var feature: Int32 = -1
        var leftChild: Int32 = -1
        var rightChild: Int32 = -1
        var sampleCount: Int32
        var threshold = 0.0
        var weight: Double
        var impurity: Double
        var missingGoesLeft = false
    }

    private let outputCount: Int
    private let nodes: UnsafeMutablePointer<Node>
    private let capacity: Int
    private var count = 0
    /// `outputCount` per node; whoever adds a node appends its values.
    var value: [Double] = []

    /// - Parameter capacity: How many nodes there may be; memory that is not used costs nothing.
    init(outputCount: Int, capacity: Int, _ scratch: Scratch) {
        self.outputCount = outputCount
        self.capacity = max(1, capacity)
        nodes = scratch.allocate(Node.self, self.capacity)
        value.reserveCapacity(capacity * outputCount)
    }

    struct Parent {
        let node: Int
        let isLeft: Bool
    }

    /// Adds a leaf, which `split` may turn into an inner node; the caller appends its values.
    ///
    /// - Parameter parent: nil for the root.
    mutating func add(parent: Parent?, sampleCount nodeSampleCount: Int, weight: Double, impurity nodeImpurity: Double)
        -> Int
    {
        precondition(count < capacity)
        let node = count
        count += 1
        if let parent {
            if parent.isLeft {
                nodes[parent.node].leftChild = Int32(node)
            } else {
                nodes[parent.node].rightChild = Int32(node)
            }
        }
        nodes[node] = Node(sampleCount: Int32(nodeSampleCount), weight: weight, impurity: nodeImpurity)
        return node
    }

    /// Keeps the first value within bounds; of two class shares the second completes it.
    mutating func clipValue(of node: Int, to lowerBound: Double, _ upperBound: Double) {
        let first = node * outputCount
        value[first] = min(max(value[first], lowerBound), upperBound)
        if outputCount == 2 { value[first + 1] = 1 - value[first] }
    }

    mutating func split(_ node: Int, _ split: Split) {
        self.split(node, feature: split.feature, threshold: split.threshold, missingGoesLeft: split.missingGoesLeft)
    }

    mutating func split(_ node: Int, feature: Int, threshold: Double, missingGoesLeft: Bool) {
        nodes[node].feature = Int32(feature)
        nodes[node].threshold = threshold
        nodes[node].missingGoesLeft = missingGoesLeft
    }

    consuming func finish() -> DecisionTree {
        let nodes = UnsafeBufferPointer(start: nodes, count: count)
        return DecisionTree(
            feature: nodes.map(\.feature),
            threshold: nodes.map(\.threshold),
            leftChild: nodes.map(\.leftChild),
            rightChild: nodes.map(\.rightChild),
            missingGoesLeft: nodes.map(\.missingGoesLeft),
            value: value,
            sampleCount: nodes.map(\.sampleCount),
            weightedSampleCount: nodes.map(\.weight),
            impurity: nodes.map(\.impurity)
        )
    }
}
