internal import CommandSupport
internal import Jobs
internal import Postgres
internal import Tracking

/// Shows on one bar how far a sweep is, and the best point so far.
actor SweepProgress {
    private let tracking: TrackingStore
    private let query: RunQuery
    private let metric: String
    private var succeeded = 0
    private var best: String?

    /// - Parameter sweep: the job that sums up.
    init(pool: PostgresPool, sweep: Job.ID) async throws {
        tracking = TrackingStore(pool: pool)
        let jobs = JobStore(pool: pool)
        metric = try await jobs.spec(of: sweep, kind: SumUpSweep.kind, as: SumUpSweep.self).metric
        let direction = MetricDirection(of: metric) == .lowerIsBetter ? "ASC" : "DESC"
        var query = try RunQuery(
            filter: "attributes.status = 'FINISHED'",
            orderBy: ["metrics.`\(metric)` \(direction)"]
        )
        query.parent = try await jobs.summary(of: sweep).runID.map(Run.ID.init)
        query.limit = 1
        self.query = query
    }

    /// - Parameter statuses: of the points, then of the job that sums up.
    func show(_ statuses: [JobStatus], on bar: ProgressBar?) async {
        let points = statuses.dropLast()
        let ended = points.count { $0.state.isFinal }
        let failed = points.count { $0.state.isFinal && $0.state != .succeeded }
        await lookForBest(succeeded: ended - failed)
        let shares = points.map { $0.state.isFinal ? 1 : $0.progress ?? 0 }
        let whole = statuses[points.count]
        let stage =
            switch ended {
            case points.count where whole.state.isFinal: whole.stage
            case points.count: "summing up, \(whole.stage)"
            default: "\(ended) of \(points.count) points done" + (failed > 0 ? ", \(failed) without success" : "")
            }
        bar?.update(stage: stage, fraction: shares.reduce(0, +) / Double(max(1, points.count)), detail: best)
    }

    private func lookForBest(succeeded count: Int) async {
        guard count != succeeded else { return }
        succeeded = count
        guard let run = try? await tracking.runs(query).first, let value = run.metrics[metric]?.value else { return }
        best = "best \(metric) \(HumanReadable.number(value))"
    }
}
