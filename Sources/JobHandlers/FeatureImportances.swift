internal import Datasets
internal import DecisionForests
internal import Jobs
internal import Plots

/// How much a forest relies on each feature: by the impurity it removed in training, and by what shuffling it costs on the
/// test rows.
struct FeatureImportances: Sendable {
    /// How many rows go through how many trees at most, a second or two of work: of more test rows only some are shuffled.
    static let walkLimit = 100_000_000
    static let repeats = 5

    private let features: [String]
    private let impurity: [Double]
    private let permutation: PermutationImportance
    private let rowCount: Int
    private let treeCount: Int
    private let score: String

    /// Shuffles each feature of the test rows, or of the first of them if there are very many.
    ///
    /// - Throws: `CancellationError`.
    init(_ training: Training, threadCount: Int?) async throws {
        let forest = training.forest
        features = training.labelled.featureNames
        impurity = forest.featureImportances
        treeCount = forest.trees.count
        score = training.told.hyperparameters.task == .regression ? "R²" : "accuracy"
        let rows = training.split.test.prefix(Self.rowLimit(features: features.count, trees: treeCount))
        let weights = training.testWeights.map { Array($0.prefix(rows.count)) }
        rowCount = rows.count
        permutation = try await PermutationImportance(
            forest,
            rows.count == training.split.test.count
                ? training.testFeatures : training.testFeatures.rows(Array(rows.indices)),
            training.labelled.target.rows(Array(rows)),
            // Without any weight there is no score: then rows count the same.
            weights: weights.flatMap { $0.contains { $0 > 0 } ? $0 : nil },
            repeats: Self.repeats,
            randomState: training.told.randomState,
            threadCount: threadCount
        )
    }

    /// How many rows are shuffled at most.
    static func rowLimit(features: Int, trees: Int) -> Int { max(100, walkLimit / (features * repeats * trees)) }

    /// `feature_importance.csv`, in the order of the features.
    var csv: String {
        var csv = ["feature", "impurity", "permutation", "permutation_std"].csvLine
        for index in features.indices {
            let numbers = [impurity[index], permutation.means[index], permutation.standardDeviations[index]]
            csv += ([features[index]] + numbers.map { "\($0)" }).csvLine
        }
        return csv
    }

    var figures: [any Figure] {
        [
            ImportancePlot(
                features: features,
                importances: impurity,
                caption: Caption("Feature importance", details: ["mean decrease in impurity", "\(treeCount) trees"])
            ),
            ImportancePlot(
                .permutation(score: score),
                features: features,
                importances: permutation.means,
                caption: Caption(
                    "Permutation importance",
                    details: [
                        "mean loss of \(score) when shuffled", "\(rowCount) test rows", "\(Self.repeats) repeats",
                    ]
                )
            ),
        ]
    }
}
