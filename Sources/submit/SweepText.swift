internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Jobs
internal import Tracking

/// A sweep's end in words: its points, and what it came to.
struct SweepText {
    private let points: [JobReport]
    private let whole: JobReport

    /// - Parameter reports: of the points, then of the job that sums up.
    init(_ reports: [JobReport]) {
        points = Array(reports.dropLast())
        whole = reports[reports.count - 1]
    }

    /// A line for each point: what was varied, and what was measured.
    var table: TextTable {
        let varied = RunComparison(points.compactMap(\.run)).params.filter(\.differs).map(\.key)
        let metrics = ReportText.metricOrder.filter { key in points.contains { $0.metrics[key] != nil } }
        let hasVersions = points.contains { $0.modelVersion != nil }
        var columns: [TextTable.Column] = [.init("job", .right), .init("state")]
        columns += varied.map { .init($0, .right) }
        columns += metrics.map { .init($0, .right) }
        if hasVersions { columns.append(.init("model")) }
        columns.append(.init("run"))
        var table = TextTable(columns)
        for point in points {
            let isBest = point.run != nil && point.run?.id.rawValue == whole.run?.tags[SumUpSweep.bestRunTag]
            var cells: [String?] = [point.status.id.description]
            cells.append(point.status.state.rawValue + (isBest ? ", best" : ""))
            cells += varied.map { point.run?.params[$0] }
            cells += metrics.map { point.metrics[$0].map(HumanReadable.number) }
            if hasVersions { cells.append(point.modelVersion.map { "\($0.name)/\($0.version)" }) }
            cells.append(point.run.map { String($0.id.rawValue.prefix(8)) })
            table.add(cells)
        }
        return table
    }

    /// What the job that sums up found; nil if it did not succeed.
    var summary: String? {
        guard whole.status.state == .succeeded, let run = whole.run else { return nil }
        let took = run.duration.map { " in \(HumanReadable.duration(.seconds($0)))" } ?? ""
        let metrics = run.metrics.mapValues { "\($0.value)" }
        let best = run.params.merging(metrics) { param, _ in param }
            .filter { $0.key.hasPrefix(SumUpSweep.bestPrefix) }
            .sorted { $0.key < $1.key }
            .map { "\($0.key.dropFirst(SumUpSweep.bestPrefix.count)) \($0.value)" }
        var lines = ["sweep    \(whole.status.id) succeeded\(took)", "run      \(run.id)  \(run.name)"]
        lines.append("best     \(best.joined(separator: ", "))")
        lines.append("plots    coppice artifacts get \(run.id.rawValue.prefix(8)) sweep.png")
        return lines.joined(separator: "\n")
    }

    /// What did not succeed; nil if all did.
    var failure: String? {
        let failed = points.filter { $0.status.state != .succeeded }
        if let first = failed.first {
            return "\(failed.count) of \(points.count) points of the sweep did not succeed; the first: "
                + ReportText(first).failure
        }
        return whole.status.state == .succeeded ? nil : ReportText(whole).failure
    }
}
