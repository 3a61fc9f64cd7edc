public import Artifacts
internal import Foundation
public import Jobs
internal import Logging
public import Plots
internal import Postgres
public import Tracking

/// Sums up a sweep whose points have all ended: finds the best, plots the metric over each parameter, and publishes both
/// to the sweep's run.
public struct SumUpSweepHandler: JobHandler {
    public let kind = SumUpSweep.kind

    let jobs: JobStore
    let tracking: TrackingStore
    let artifacts: ArtifactStore
    let plots: GnuplotRenderer

    public init(jobs: JobStore, tracking: TrackingStore, artifacts: ArtifactStore, plots: GnuplotRenderer) {
        self.jobs = jobs
        self.tracking = tracking
        self.artifacts = artifacts
        self.plots = plots
    }

    public func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        let told = try job.decodeSpec(SumUpSweep.self)
        let points = try await jobs.parts(of: job.id)
        let succeeded = points.filter { $0.state == .succeeded }
        for point in points where point.state != .succeeded {
            let reason = point.error.map { ": \($0)" } ?? ""
            context.log("point \(point.id) \(point.state.rawValue)\(reason)", level: .warning)
        }
        guard !succeeded.isEmpty else {
            let first = points.first.map { "; the first, job \($0.id): \($0.error ?? $0.state.rawValue)" } ?? ""
            throw JobFailure.permanent("none of the \(points.count) points of the sweep succeeded\(first)")
        }
        let runs = try await tracking.runs(succeeded.compactMap(\.runID).map(Run.ID.init))
        let summary = SweepSummary(told, runs: runs, pointCount: points.count)
        context.log(summary.text)
        let staged = try await artifacts.stage(
            plots.render([summary.figure]).map { ($0.name, $0.bytes) } + [("sweep.csv", Array(summary.csv.utf8))]
        )
        return JobResult { session in
            let run = Run.Number(rawValue: job.runNumber)
            let now = try TrackingStore.currentTime(in: session)
            try TrackingStore.log(
                metrics: summary.metrics.map { Metric(key: $0.key, value: $0.value, timestamp: now) },
                run: run,
                in: session
            )
            try TrackingStore.log(params: summary.params, run: run, in: session)
            try TrackingStore.setTags(summary.tags, run: run, in: session)
            try staged.publish(run: job.runNumber, in: session)
        }
    }
}
