internal import Datasets
internal import DecisionForests
internal import Foundation

/// What a regression forest is worth on the test rows.
struct RegressionEvaluation: Sendable {
    let training: Training
    let actual: [Double]
    let predicted: [Double]
    let metrics: RegressionMetrics

    init(_ training: Training) {
        guard case .values(let values) = training.labelled.target else {
            preconditionFailure("a regression has values as its target")
        }
        self.training = training
        actual = training.split.test.map { values[$0] }
        predicted = training.forest.predict(training.testFeatures)
        metrics = RegressionMetrics(actual: actual, predicted: predicted)
    }

    /// The metrics that the run logs, by scikit-learn's names.
    var named: [(key: String, value: Double)] {
        var named = [
            ("rmse", metrics.rmse),
            ("mae", metrics.mae),
            ("r2", metrics.r2),
            ("explained_variance", metrics.explainedVariance),
            ("max_error", metrics.maxError),
        ]
        if let outOfBag = training.forest.outOfBag { named.append(("oob_score", outOfBag.score)) }
        return named
    }

    /// `metrics.json` and `predictions.csv`.
    var files: [(path: String, bytes: [UInt8])] {
        [
            ("metrics.json", Array(JSONObject(named).text.utf8)),
            ("predictions.csv", Array(predictionsCSV.utf8)),
        ]
    }

    /// The row of the data (from 0), the true value and the predicted one, in row order.
    private var predictionsCSV: String {
        let rows = zip(training.split.test, zip(actual, predicted)).sorted { $0.0 < $1.0 }
        var text = "row,actual,prediction\n"
        for (row, (actual, predicted)) in rows { text += "\(row),\(actual),\(predicted)\n" }
        return text
    }
}

/// An object of numbers as JSON text, in the order given; what JSON cannot hold is a string.
struct JSONObject {
    let text: String

    init(_ entries: [(key: String, value: Double)]) {
        let lines = entries.map { key, value in
            let text =
                switch value {
                case _ where value.isNaN: "\"NaN\""
                case .infinity: "\"Infinity\""
                case -.infinity: "\"-Infinity\""
                default: "\(value)"
                }
            return "  \"\(key)\": \(text)"
        }
        text = "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}
