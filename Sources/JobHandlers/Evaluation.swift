internal import Datasets
internal import DecisionForests
internal import Jobs
internal import Plots

/// What a forest is worth on the test rows.
protocol Evaluation: Sendable {
    var training: Training { get }
    /// The metrics of the task, by scikit-learn's names.
    var scores: [(key: String, value: Double)] { get }
    /// `predictions.csv`: the row of the data (from 0), the true value and what was predicted, in row order.
    var predictionsCSV: String { get }
    /// One sentence for the log.
    var summary: String { get }
    /// The pictures of the task.
    var figures: [any Figure] { get }
}

extension Evaluation {
    /// The metrics that the run logs.
    var metrics: [(key: String, value: Double)] {
        scores + (training.forest.outOfBag.map { [("oob_score", $0.score)] } ?? [])
    }

    /// `metrics.json`, `predictions.csv` and `feature_importance.csv`.
    func files(_ importances: FeatureImportances) -> [(path: String, bytes: [UInt8])] {
        [
            ("metrics.json", Array(JSONObject(metrics).text.utf8)),
            ("predictions.csv", Array(predictionsCSV.utf8)),
            ("feature_importance.csv", Array(importances.csv.utf8)),
        ]
    }

    /// Each picture as PNG and as SVG.
    /// - Throws: `GnuplotError`.
    func render(
        _ importances: FeatureImportances,
        with plots: GnuplotRenderer
    ) async throws -> [(path: String, bytes: [UInt8])] {
        try await plots.render(figures + importances.figures + learningCurve).map { ($0.name, $0.bytes) }
    }

    /// The out-of-bag error against the number of trees, where it was estimated.
    private var learningCurve: [any Figure] {
        guard let outOfBag = training.forest.outOfBag else { return [] }
        let points = zip(1..., outOfBag.learningCurve).filter { !$0.1.isNaN }
        guard points.count > 1 else { return [] }
        return [
            LearningCurvePlot(
                series: [Series(name: "out-of-bag rows", x: points.map { Double($0.0) }, y: points.map(\.1))],
                countName: "Number of trees",
                metricName: training.told.hyperparameters.task == .regression ? "RMSE" : "Error rate",
                caption: Caption(
                    "Learning curve",
                    details: [
                        "out-of-bag score \(outOfBag.score.figure)", "\(training.split.train.count) training rows",
                    ]
                )
            )
        ]
    }

    var treeCount: String { "\(training.forest.trees.count) trees" }
}
