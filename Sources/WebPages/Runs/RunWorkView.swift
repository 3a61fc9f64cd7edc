internal import Jobs
internal import Presentation
internal import Tracking

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The job of a run: its attempts and what they logged.
struct RunWorkView {
    let viewer: Viewer
    let run: Run
    let work: RunWork

    var html: HTML {
        """
        <section aria-labelledby="job-title"><h2 id="job-title">Job \(work.job.id.rawValue)</h2>
        <div id="job" data-live>\(Self.attempts(work.attempts, viewer))\(Self.log(work.log))</div></section>
        """
    }

    static func attempts(_ attempts: [AttemptSummary], _ viewer: Viewer) -> HTML {
        guard !attempts.isEmpty else { return .empty("No worker has taken it yet.") }
        let hasErrors = attempts.contains { $0.error != nil }
        var table = Table(
            "Attempts",
            [
                .init("Attempt"), .init("Outcome"), .init("Worker"), .init("Started", .right),
                .init("Took", .right),
            ] + (hasErrors ? [.init("Error", isProse: true)] : [])
        )
        for attempt in attempts {
            let outcome = attempt.outcome?.rawValue ?? "running"
            let took = attempt.endedAt.map { Duration.seconds($0.timeIntervalSince(attempt.startedAt)) }
            let cells: [HTML] = [
                attempt.runID.map { .link(String(attempt.attempt), to: Location("runs", $0)) } ?? "\(attempt.attempt)",
                .badge(outcome, outcome), attempt.worker.map { .name($0) } ?? .text(nil),
                viewer.time(attempt.startedAt), .duration(took),
            ]
            table.add(cells + (hasErrors ? [.text(attempt.error)] : []))
        }
        return table.html
    }

    static func log(_ lines: [JobLogLine]) -> HTML {
        guard !lines.isEmpty else { return "" }
        let text = lines.map { line in
            "\(HumanReadable.timestamp(line.loggedAt).dropFirst(11).prefix(12)) \(line.level) \(line.message)"
        }
        return """
            <h3>Log</h3><pre class="log" tabindex="0" aria-label="Log"><code>\(text.joined(separator: "\n"))</code></pre>
            """
    }
}
