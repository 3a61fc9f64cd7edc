internal import CommandSupport
internal import Jobs
internal import Postgres
internal import Tracking

/// Shows on one bar how far a job and its parts are; of a sweep also the best point so far.
actor GroupProgress {
    private let tracking: TrackingStore
    /// The metric of a sweep, and what finds the best run by it.
    private let sweep: (metric: String, query: RunQuery)?
    private var succeeded = 0
    private var best: String?

    init(pool: PostgresPool, whole: Job.ID) async throws {
        tracking = TrackingStore(pool: pool)
        let jobs = JobStore(pool: pool)
        let summary = try await jobs.summary(of: whole)
        guard summary.kind == SumUpSweep.kind else {
            sweep = nil
            return
        }
        let metric = try summary.spec.decode(SumUpSweep.self).metric
        let direction = MetricDirection(of: metric) == .lowerIsBetter ? "ASC" : "DESC"
        var query = try RunQuery(
            filter: "attributes.status = 'FINISHED'",
            orderBy: ["metrics.`\(metric)` \(direction)"]
        )
        query.parent = summary.runID.map(Run.ID.init)
        query.limit = 1
        sweep = (metric, query)
    }

    /// - Parameter statuses: of the parts, then of the whole.
    func show(_ statuses: [JobStatus], on bar: ProgressBar?) async {
        let parts = statuses.dropLast()
        let ended = parts.count { $0.state.isFinal }
        let failed = parts.count { $0.state.isFinal && $0.state != .succeeded }
        await lookForBest(succeeded: ended - failed)
        let shares = parts.map { $0.state.isFinal ? 1 : $0.progress ?? 0 }
        let whole = statuses[parts.count]
        let stage =
            switch ended {
            case parts.count where whole.state.isFinal: whole.stage
            case parts.count: "\(sweep == nil ? "putting together" : "summing up"), \(whole.stage)"
            default:
                "\(ended) of \(parts.count) \(sweep == nil ? "shards" : "points") done"
                    + (failed > 0 ? ", \(failed) without success" : "")
            }
        bar?.update(stage: stage, fraction: shares.reduce(0, +) / Double(max(1, parts.count)), detail: best)
    }

    private func lookForBest(succeeded count: Int) async {
        guard let sweep, count != succeeded else { return }
        succeeded = count
        let run = try? await tracking.runs(sweep.query).first
        guard let value = run?.metrics[sweep.metric]?.value else { return }
        best = "best \(sweep.metric) \(HumanReadable.number(value))"
    }
}
