/// A grown binary tree, as flat arrays with one entry per node.
///
/// Node 0 is the root and a parent stands before its children. Nodes are in depth-first order, the left child right
/// after its parent, except in trees limited by `max_leaf_nodes`, which are in the order of growth, as scikit-learn's.
public struct DecisionTree: Sendable, Equatable {
    /// The feature a node asks about; -1: the node is a leaf.
    public let feature: [Int32]
    /// A value `x <= threshold` goes left; infinite when only missing values go right. 0 in a leaf.
    public let threshold: [Double]
    /// The node for values up to the threshold; -1 in a leaf.
    public let leftChild: [Int32]
    /// The node for values above the threshold; -1 in a leaf.
    public let rightChild: [Int32]
    /// Where a missing value goes.
    public let missingGoesLeft: [Bool]
    /// `nodeCount × outputCount`, row-major: the prediction of regression, or the fractions of the classes.
    public let value: [Double]
    /// How many distinct training rows reached the node.
    public let sampleCount: [Int32]
    /// The weight of those rows; a row that the bootstrap drew three times counts three times.
    public let weightedSampleCount: [Double]
    /// The impurity of those rows by the tree's criterion.
    public let impurity: [Double]

    public init(
        feature: [Int32],
        threshold: [Double],
        leftChild: [Int32],
        rightChild: [Int32],
        missingGoesLeft: [Bool],
        value: [Double],
        sampleCount: [Int32],
        weightedSampleCount: [Double],
        impurity: [Double]
    ) {
        let count = feature.count
        precondition(count > 0 && threshold.count == count && leftChild.count == count && rightChild.count == count)
        precondition(missingGoesLeft.count == count && sampleCount.count == count)
        precondition(weightedSampleCount.count == count && impurity.count == count)
        precondition(!value.isEmpty && value.count % count == 0)
        self.feature = feature
        self.threshold = threshold
        self.leftChild = leftChild
        self.rightChild = rightChild
        self.missingGoesLeft = missingGoesLeft
        self.value = value
        self.sampleCount = sampleCount
        self.weightedSampleCount = weightedSampleCount
        self.impurity = impurity
    }

    public var nodeCount: Int { feature.count }

    public var leafCount: Int { (nodeCount + 1) / 2 }

    /// 1 for regression, else the number of classes.
    public var outputCount: Int { value.count / nodeCount }

    /// The number of questions on the longest way from the root to a leaf.
    public var depth: Int {
        var depths = [Int](repeating: 0, count: nodeCount)
        for node in 0..<nodeCount where feature[node] >= 0 {
            depths[Int(leftChild[node])] = depths[node] + 1
            depths[Int(rightChild[node])] = depths[node] + 1
        }
        return depths.max() ?? 0
    }

    /// The leaf that row `row` of `features` falls into.
    public func leaf(of row: Int, in features: FeatureMatrix) -> Int {
        var node = 0
        while feature[node] >= 0 {
            let value = features[row, Int(feature[node])]
            let goesLeft = value.isNaN ? missingGoesLeft[node] : Double(value) <= threshold[node]
            node = Int(goesLeft ? leftChild[node] : rightChild[node])
        }
        return node
    }
}
