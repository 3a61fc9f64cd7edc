internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Jobs
internal import Tracking

/// A job's end in words.
struct ReportText {
    let report: JobReport

    init(_ report: JobReport) { self.report = report }

    /// Predictions, one a line; or what a train job made.
    var success: String {
        report.status.kind == PredictRows.kind ? predictions : training
    }

    var predictions: String {
        report.predictions.texts.joined(separator: "\n")
    }

    var failure: String {
        let reason = report.status.error ?? "no reason was recorded"
        return "job \(report.status.id) \(report.status.state.rawValue): \(reason); "
            + "see 'coppice jobs logs \(report.status.id)'"
    }

    private var training: String {
        let run = report.status.runID ?? ""
        var lines = ["job       \(report.status.id) succeeded\(report.status.durationText)"]
        lines.append("run       \(run)  \(report.runName ?? "")")
        for key in Self.metricOrder where report.metrics[key] != nil {
            lines.append(key.padded(to: 10) + "\(report.metrics[key] ?? .nan)")
        }
        let picture = report.metrics["accuracy"] == nil ? "scatter.png" : "confusion_matrix.png"
        lines.append("plots     coppice artifacts get \(run.prefix(8)) \(picture)")
        if let (name, version) = report.modelVersion { lines.append("model     models:/\(name)/\(version)") }
        return lines.joined(separator: "\n")
    }

    /// The metrics worth a line on the terminal; `coppice runs show` has all.
    static let metricOrder = ["rmse", "r2", "mae", "accuracy", "roc_auc", "log_loss", "oob_score"]
}

extension JobStatus {
    /// ` in 1.2 s`, or nothing if it never ran.
    var durationText: String {
        guard let startedAt, let finishedAt else { return "" }
        return " in \(HumanReadable.duration(.seconds(finishedAt.timeIntervalSince(startedAt))))"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
