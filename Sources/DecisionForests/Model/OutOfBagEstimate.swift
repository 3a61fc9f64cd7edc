/// How well a forest predicts its own training rows, each by the trees that did not see it.
public struct OutOfBagEstimate: Sendable, Equatable {
    /// R² of a regression, accuracy of a classification.
    public let score: Double
    /// `rowCount × outputCount`, row-major: the mean prediction or class probabilities; 0 where every tree saw the row.
    public let predictions: [Double]
    /// How many rows every tree saw, so that they have no estimate.
    public let rowsWithoutEstimate: Int

    public init(score: Double, predictions: [Double], rowsWithoutEstimate: Int) {
        self.score = score
        self.predictions = predictions
        self.rowsWithoutEstimate = rowsWithoutEstimate
    }
}
