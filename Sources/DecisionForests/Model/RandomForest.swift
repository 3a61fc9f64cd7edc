/// Trees whose predictions are averaged.
///
/// Leo Breiman, “Random Forests”, Machine Learning 45, 2001.
public struct RandomForest: Sendable, Equatable {
    public let task: Hyperparameters.Task
    public let trees: [DecisionTree]
    public let featureCount: Int
    /// 1 for regression, else the number of classes.
    public let outputCount: Int
    /// How well the forest predicts its training rows, when `oob_score` asked for it.
    public let outOfBag: OutOfBagEstimate?

    public init(
        task: Hyperparameters.Task,
        trees: [DecisionTree],
        featureCount: Int,
        outputCount: Int,
        outOfBag: OutOfBagEstimate? = nil
    ) {
        precondition(!trees.isEmpty && trees.allSatisfy { $0.outputCount == outputCount })
        self.task = task
        self.trees = trees
        self.featureCount = featureCount
        self.outputCount = outputCount
        self.outOfBag = outOfBag
    }

    public var nodeCount: Int { trees.reduce(0) { $0 + $1.nodeCount } }
}
