/// How much worse a forest predicts when one feature is shuffled: how much it relies on that feature.
///
/// Breiman's permutation importance, with the shuffles of scikit-learn's `permutation_importance`.
public struct PermutationImportance: Sendable, Equatable {
    /// Per feature, the mean loss of score (R² or accuracy) over the repeats.
    public let means: [Double]
    /// Per feature, the standard deviation over the repeats.
    public let standardDeviations: [Double]

    /// Costs `featureCount × repeats` predictions of all rows.
    ///
    /// - Parameters:
    ///   - features: Rows the forest has not seen, preferably.
    ///   - target: Of the task of the forest, one per row.
    ///   - weights: How much each row counts in the score; nil: every row counts 1.
    /// - Throws: `CancellationError` when the task is cancelled.
    public init(
        _ forest: RandomForest,
        _ features: FeatureMatrix,
        _ target: Target,
        weights: [Double]? = nil,
        repeats: Int = 5,
        randomState: UInt32,
        threadCount: Int? = nil
    ) async throws {
        precondition(repeats >= 1 && target.count == features.rowCount && features.rowCount > 0)
        var random = RandomState(seed: randomState)
        let seed = UInt32(random.randomInteger(below: 1 << 31))
        let predictor = ForestPredictor(forest)
        let baseline = try predictor.score(features, target, weights: weights)
        let losses = try await TrainingExecutor.map(
            0..<features.featureCount,
            threadCount: max(1, threadCount ?? TrainingExecutor.coreCount)
        ) { feature in
            try Self.losses(predictor, features, target, weights, shuffling: feature, repeats, seed, baseline)
        }
        means = losses.map { $0.reduce(0, +) / Double(repeats) }
        standardDeviations = zip(losses, means).map { losses, mean in
            (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(repeats)).squareRoot()
        }
    }

    private static func losses(
        _ predictor: ForestPredictor,
        _ features: FeatureMatrix,
        _ target: Target,
        _ weights: [Double]?,
        shuffling feature: Int,
        _ repeats: Int,
        _ seed: UInt32,
        _ baseline: Double
    ) throws -> [Double] {
        var random = RandomState(seed: seed)
        var order = Array(0..<features.rowCount)
        var values = features.values
        let column = (feature * features.rowCount)..<((feature + 1) * features.rowCount)
        return try (0..<repeats).map { _ in
            // Each repeat shuffles the order and the column of the repeat before.
            random.shuffle(&order)
            let current = Array(values[column])
            for (row, source) in order.enumerated() { values[column.lowerBound + row] = current[source] }
            let shuffled = FeatureMatrix(
                rowCount: features.rowCount,
                featureCount: features.featureCount,
                values: values
            )
            return try baseline - predictor.score(shuffled, target, weights: weights)
        }
    }
}
