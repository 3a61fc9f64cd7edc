internal import Datasets
internal import DecisionForests
internal import Plots

/// What a classification forest is worth on the test rows.
struct ClassificationEvaluation: Evaluation {
    let training: Training
    private let labels: [String]
    private let actual: [Int32]
    /// test rows × classes, row-major.
    private let probabilities: [Double]
    private let measured: ClassificationMetrics

    /// - Parameters:
    ///   - classes: the class of every row of the data.
    ///   - labels: what the classes are called.
    init(_ training: Training, classes: [Int32], labels: [String]) {
        self.training = training
        self.labels = labels
        actual = training.split.test.map { classes[$0] }
        probabilities = training.testOutputs
        measured = ClassificationMetrics(
            actual: actual,
            probabilities: probabilities,
            classCount: labels.count,
            weights: training.testWeights
        )
    }

    var scores: [(key: String, value: Double)] {
        let overall = [
            ("accuracy", measured.accuracy),
            ("balanced_accuracy", measured.balancedAccuracy),
            ("log_loss", measured.logLoss),
            ("roc_auc", measured.rocAUC),
        ]
        let perClass = zip(metricLabels, measured.perClass).flatMap { label, scores in
            [
                ("precision_\(label)", scores.precision),
                ("recall_\(label)", scores.recall),
                ("f1_\(label)", scores.f1),
            ]
        }
        return overall + perClass
    }

    /// The labels as they can stand in the name of a metric; where one cannot, the numbers of the classes.
    private var metricLabels: [String] {
        let arePlain = labels.allSatisfy { label in
            1...100 ~= label.count
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        }
        return arePlain ? labels : labels.indices.map { String($0) }
    }

    var summary: String {
        "accuracy \(measured.accuracy.figure), log_loss \(measured.logLoss.figure) on \(actual.count) test rows"
    }

    var predictionsCSV: String {
        var text = (["row", "actual", "prediction"] + labels.map { "probability_\($0)" }).csvLine
        for position in actual.indices.sorted(by: { training.split.test[$0] < training.split.test[$1] }) {
            let row = probabilities[position * labels.count..<(position + 1) * labels.count]
            let predicted = row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex } ?? 0
            text +=
                ([String(training.split.test[position]), labels[Int(actual[position])], labels[predicted]]
                + row.map { "\($0)" }).csvLine
        }
        return text
    }

    var figures: [any Figure] {
        let details = [
            "accuracy \(measured.accuracy.figure)", "ROC AUC \(measured.rocAUC.figure)", "\(actual.count) test rows",
            treeCount,
        ]
        let rankings = labels.indices.compactMap { label in
            BinaryRanking(
                actual: actual,
                probabilities: probabilities,
                classCount: labels.count,
                label: label,
                weights: training.testWeights
            ).map { (labels[label], $0) }
        }
        let roc = rankings.map { label, ranking in
            Series(
                name: "\(label) (area \(ranking.rocArea.figure))",
                x: ranking.rocCurve.map(\.falsePositiveRate),
                y: ranking.rocCurve.map(\.truePositiveRate)
            )
        }
        let precisionRecall = rankings.map { label, ranking in
            Series(
                name: label,
                x: ranking.precisionRecallCurve.map(\.recall),
                y: ranking.precisionRecallCurve.map(\.precision)
            )
        }
        return [
            ConfusionMatrixPlot(
                labels: labels,
                counts: measured.confusion,
                caption: Caption("Confusion matrix", details: details)
            ),
            ROCPlot(curves: roc, caption: Caption("ROC curve, each class against the rest", details: details)),
            PrecisionRecallPlot(
                curves: precisionRecall,
                caption: Caption("Precision and recall, each class against the rest", details: details)
            ),
        ]
    }
}

private let specialBytes = Set("\",\r\n".utf8)

extension [String] {
    /// One line of CSV, quoted where it has to be.
    var csvLine: String {
        map { field in
            // By bytes: CR LF is one character, and so is a quote with an accent.
            guard field.utf8.contains(where: { specialBytes.contains($0) }) else { return field }
            let quoted = field.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
            return "\"" + String(decoding: quoted, as: UTF8.self) + "\""
        }.joined(separator: ",") + "\n"
    }
}
