/// How much worse a forest predicts when one feature is shuffled: how much it relies on that feature.
///
/// Breiman's permutation importance, with the shuffles of scikit-learn's `permutation_importance`.
public struct PermutationImportance: Sendable, Equatable {
    /// Per feature, the mean loss of score (R² or accuracy) over the repeats.
    public let means: [Double]
    /// Per feature, the standard deviation over the repeats.
    public let standardDeviations: [Double]

    /// Costs up to `featureCount × repeats` predictions of all rows, and much less where trees ask rows for few features.
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
        let threadCount = max(1, threadCount ?? TrainingThreads.coreCount)
        let predictor = ForestPredictor(forest)
        let baseline = try predictor.score(features, target, weights: weights)
        let predictions = ShuffledPredictions(
            predictor,
            features,
            sources: Self.sources(rowCount: features.rowCount, repeats, randomState)
        )
        let numbersPerRow = repeats * forest.outputCount
        let groupSize = max(1, Self.numberLimit / (features.rowCount * numbersPerRow))
        var losses: [[Double]] = []
        for first in stride(from: 0, to: features.featureCount, by: groupSize) {
            let group = first..<min(first + groupSize, features.featureCount)
            let blockSize = min(max(Self.blockNumberLimit / (group.count * numbersPerRow), 64), 1024)
            let starts = Array(stride(from: 0, to: features.rowCount, by: blockSize))
            let blocks = try await TrainingThreads.map(0..<starts.count, threadCount: threadCount) { index in
                let rows = starts[index]..<min(starts[index] + blockSize, features.rowCount)
                return try predictions.outputs(shuffling: group, rows: rows)
            }
            losses += try await TrainingThreads.map(0..<group.count, threadCount: threadCount) { feature in
                (0..<repeats).map { turn in
                    let outputs = blocks.flatMap { block in
                        let size = block.count / (group.count * repeats)
                        return block[((feature * repeats + turn) * size)...].prefix(size)
                    }
                    return baseline - predictor.score(outputs: outputs, target, weights: weights)
                }
            }
        }
        means = losses.map { $0.reduce(0, +) / Double(repeats) }
        standardDeviations = zip(losses, means).map { losses, mean in
            (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(repeats)).squareRoot()
        }
    }

    /// Features are shuffled so many at a time that no more predictions than this, 32 MiB, are kept; one at least.
    private static let numberLimit = 4 << 20
    /// The sums of a block stay in the cache.
    private static let blockNumberLimit = 128 << 10

    /// For each repeat the rows that the values come from, the same for all features.
    private static func sources(rowCount: Int, _ repeats: Int, _ randomState: UInt32) -> [[Int32]] {
        var random = RandomState(seed: randomState)
        random = RandomState(seed: UInt32(random.randomInteger(below: 1 << 31)))
        var order = Array(0..<rowCount)
        var sources = order.map(Int32.init)
        return (0..<repeats).map { _ in
            // Each repeat shuffles the order and the column of the repeat before.
            random.shuffle(&order)
            let previous = sources
            for (row, source) in order.enumerated() { sources[row] = previous[source] }
            return sources
        }
    }
}
