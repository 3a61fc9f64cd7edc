/// How a node's rows are divided.
struct Split {
    var feature: Int
    var threshold: Double
    var missingGoesLeft: Bool
    /// The first row of the right child, among the tree's rows in their new order.
    var position: Int
    var impurityLeft: Double
    var impurityRight: Double
    /// The decrease of impurity, weighted with the node's share of the tree.
    var improvement: Double
    /// Between the children's values; bounds them under monotonic constraints.
    var middleValue: Double
}

/// What a node inherits from its parent.
struct NodeContext {
    var range: Range<Int>
    var depth: Int
    /// nil: the root, which measures it itself.
    var impurity: Double?
    var knownConstants: Int
    /// Bounds of the value under monotonic constraints.
    var lowerBound: Double
    var upperBound: Double
}

/// What is known about a node once its rows have been looked at.
struct NodeSummary {
    var weight: Double
    var impurity: Double
}

/// Finds the splits of one tree and keeps its rows, in an order in which every node is a range.
///
/// The growers call, for every node, `enter`, then `findSplit` unless the node must be a leaf, then `appendValue`: a median is
/// taken over the rows as the split left them, as scikit-learn takes it.
protocol NodeSplitter: ~Copyable {
    /// The number of rows in the tree.
    var rowCount: Int { get }
    var outputCount: Int { get }
    mutating func enter(_ node: NodeContext) -> NodeSummary
    /// The best split, its rows already divided; nil: there is none. Sets how many constants the children know.
    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split?
    /// Appends what the entered node predicts, `outputCount` numbers.
    func appendValue(to values: inout [Double])
}
