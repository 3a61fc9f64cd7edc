internal import Datasets
internal import DecisionForests
internal import Plots

/// What a regression forest is worth on the test rows.
struct RegressionEvaluation: Evaluation {
    let training: Training
    let actual: [Double]
    let predicted: [Double]
    private let measured: RegressionMetrics

    /// - Parameter values: the target of every row of the data.
    init(_ training: Training, values: [Double]) {
        self.training = training
        actual = training.split.test.map { values[$0] }
        predicted = training.testOutputs
        measured = RegressionMetrics(actual: actual, predicted: predicted, weights: training.testWeights)
    }

    var scores: [(key: String, value: Double)] {
        [
            ("rmse", measured.rmse),
            ("mae", measured.mae),
            ("r2", measured.r2),
            ("explained_variance", measured.explainedVariance),
            ("max_error", measured.maxError),
        ]
    }

    var summary: String {
        "rmse \(measured.rmse.figure), r2 \(measured.r2.figure) on \(actual.count) test rows"
    }

    var predictionsCSV: String {
        let rows = zip(training.split.test, zip(actual, predicted)).sorted { $0.0 < $1.0 }
        var text = "row,actual,prediction\n"
        for (row, (actual, predicted)) in rows { text += "\(row),\(actual),\(predicted)\n" }
        return text
    }

    var figures: [any Figure] {
        let target = training.labelled.targetName
        let details = [
            "RMSE \(measured.rmse.figure)", "R² \(measured.r2.figure)", "\(actual.count) test rows", treeCount,
        ]
        return [
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
        ]
    }
}
