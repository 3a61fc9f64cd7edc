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
    /// The largest absolute error, whatever its row weighs.
    public let maxError: Double

    /// - Parameters:
    ///   - actual: The true values, at least one.
    ///   - predicted: As many predictions, in the same order.
    ///   - weights: How much each row counts, at least 0 and not all 0; nil: every row counts 1.
    public init(actual: [Double], predicted: [Double], weights: [Double]? = nil) {
        precondition(!actual.isEmpty && actual.count == predicted.count)
        precondition(weights.map { $0.count == actual.count } ?? true)
        let errors = zip(actual, predicted).map { $0 - $1 }
        let squaredError = Self.sum(errors.map { $0 * $0 }, weights)
        let total = weights?.reduce(0, +) ?? Double(actual.count)
        rmse = (squaredError / total).squareRoot()
        mae = Self.sum(errors.map(abs), weights) / total
        maxError = errors.contains(where: \.isNaN) ? .nan : errors.reduce(0) { max($0, abs($1)) }
        let deviation = Self.squaredDeviation(actual, weights, total)
        r2 = Self.explained(unexplained: squaredError, total: deviation)
        explainedVariance = Self.explained(
            unexplained: Self.squaredDeviation(errors, weights, total),
            total: deviation
        )
    }

    private static func sum(_ values: [Double], _ weights: [Double]?) -> Double {
        guard let weights else { return values.reduce(0, +) }
        return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func explained(unexplained: Double, total: Double) -> Double {
        if total > 0 { return 1 - unexplained / total }
        return unexplained == 0 ? 1 : 0
    }

    private static func squaredDeviation(_ values: [Double], _ weights: [Double]?, _ total: Double) -> Double {
        // Rounded, the mean of equal values may be another one.
        guard let first = values.first, values.contains(where: { $0 != first }) else { return 0 }
        let mean = sum(values, weights) / total
        return sum(values.map { ($0 - mean) * ($0 - mean) }, weights)
    }
}
