/// The nodes of a tree that is being grown.
struct TreeAssembly {
    private let outputCount: Int
    private var feature: [Int32] = []
    private var threshold: [Double] = []
    private var leftChild: [Int32] = []
    private var rightChild: [Int32] = []
    private var missingGoesLeft: [Bool] = []
    /// `outputCount` per node; whoever adds a node appends its values.
    var value: [Double] = []
    private var sampleCount: [Int32] = []
    private var weightedSampleCount: [Double] = []
    private var impurity: [Double] = []

    init(outputCount: Int) {
        self.outputCount = outputCount
    }

    var count: Int { feature.count }

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
        let node = count
        if let parent {
            if parent.isLeft { leftChild[parent.node] = Int32(node) } else { rightChild[parent.node] = Int32(node) }
        }
        feature.append(-1)
        threshold.append(0)
        leftChild.append(-1)
        rightChild.append(-1)
        missingGoesLeft.append(false)
        sampleCount.append(Int32(nodeSampleCount))
        weightedSampleCount.append(weight)
        impurity.append(nodeImpurity)
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
        self.feature[node] = Int32(feature)
        self.threshold[node] = threshold
        self.missingGoesLeft[node] = missingGoesLeft
    }

    consuming func finish() -> DecisionTree {
        DecisionTree(
            feature: feature,
            threshold: threshold,
            leftChild: leftChild,
            rightChild: rightChild,
            missingGoesLeft: missingGoesLeft,
            value: value,
            sampleCount: sampleCount,
            weightedSampleCount: weightedSampleCount,
            impurity: impurity
        )
    }
}
