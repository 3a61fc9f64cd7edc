/// How well a forest predicts its own training rows, each by the trees that did not see it.
public struct OutOfBagEstimate: Sendable, Equatable {
    /// R² of a regression, accuracy of a classification.
    public let score: Double
    /// `rowCount × outputCount`, row-major: the mean prediction or class probabilities; 0 where every tree saw the row.
    public let predictions: [Double]
    /// How many rows every tree saw, so that they have no estimate.
    public let rowsWithoutEstimate: Int
    /// The error with the first tree, the first two, …: RMSE, or the share of wrong classes, over the rows that have
    /// an estimate by then. NaN while none has.
    public let learningCurve: [Double]

    public init(score: Double, predictions: [Double], rowsWithoutEstimate: Int, learningCurve: [Double]) {
        self.score = score
        self.predictions = predictions
        self.rowsWithoutEstimate = rowsWithoutEstimate
        self.learningCurve = learningCurve
    }
}
