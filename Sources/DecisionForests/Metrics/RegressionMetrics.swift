/// How far predictions are from the truth, with scikit-learn's definitions.
public struct RegressionMetrics: Sendable, Equatable {
    /// Root of the mean squared error, in the unit of the target.
    public let rmse: Double
    /// Mean absolute error, in the unit of the target.
    public let mae: Double
    /// Coefficient of determination: 1 is perfect, 0 as good as the mean; of a constant target 1 if perfect, else 0.
    public let r2: Double
    /// As `r2`, but blind to a constant offset of the predictions.
    public let explainedVariance: Double
    /// The largest absolute error.
    public let maxError: Double

    /// - Parameters:
    ///   - actual: The true values, at least one.
    ///   - predicted: As many predictions, in the same order.
    public init(actual: [Double], predicted: [Double]) {
        precondition(!actual.isEmpty && actual.count == predicted.count)
        let count = Double(actual.count)
        let errors = zip(actual, predicted).map { $0 - $1 }
        let squaredError = errors.reduce(0) { $0 + $1 * $1 }
        rmse = (squaredError / count).squareRoot()
        mae = errors.reduce(0) { $0 + abs($1) } / count
        maxError = errors.reduce(0) { max($0, abs($1)) }
        r2 = Self.explained(unexplained: squaredError, total: Self.squaredDeviation(actual))
        explainedVariance = Self.explained(
            unexplained: Self.squaredDeviation(errors),
            total: Self.squaredDeviation(actual)
        )
    }

    private static func explained(unexplained: Double, total: Double) -> Double {
        if total > 0 { return 1 - unexplained / total }
        return unexplained == 0 ? 1 : 0
    }

    private static func squaredDeviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
}
