internal import Datasets
internal import DecisionForests
internal import Foundation
internal import Plots

extension RegressionEvaluation {
    /// The pictures of the run, each as PNG and as SVG.
    /// - Throws: `GnuplotError`.
    func render(with plots: GnuplotRenderer) async throws -> [(path: String, bytes: [UInt8])] {
        let target = training.labelled.targetName
        let details = [
            "RMSE \(metrics.rmse.figure)", "R² \(metrics.r2.figure)", "\(actual.count) test rows",
            "\(training.forest.trees.count) trees",
        ]
        let figures: [any Figure] = [
            ScatterPlot(
                actual: actual,
                predicted: predicted,
                targetName: target,
                caption: Caption("True vs predicted", details: details)
            ),
            ResidualPlot(
                actual: actual,
                predicted: predicted,
                targetName: target,
                caption: Caption("Residuals", details: details)
            ),
            ImportancePlot(
                features: training.labelled.featureNames,
                importances: training.forest.featureImportances,
                caption: Caption("Feature importance", details: ["mean decrease in impurity", details[3]])
            ),
        ]
        return try await plots.render(figures).map { ($0.name, $0.bytes) }
    }
}

extension Double {
    /// Three significant digits: what a caption has room for.
    var figure: String { String(format: "%.3g", self) }
}
