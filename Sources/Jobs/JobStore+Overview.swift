public import FoundationEssentials
internal import Postgres
public import Presentation

/// What the queue did and does, at a glance.
public struct QueueOverview: Sendable, Equatable {
    /// One hour of it.
    public struct Hour: Sendable, Equatable {
        public let start: Date
        public let succeeded: Int
        public let failed: Int
    }

    /// Jobs by the states of those that live.
    public let live: [JobState: BoundedCount]
    /// What ended in the last hours, the oldest first; the last hour is the current one.
    public let hours: [Hour]
    /// Jobs that failed within the last 24 hours.
    public let failedToday: Int
    /// The latest of them, newest first.
    public let latestFailures: [Failure]
    public let pausedQueues: [String]
    public let lostWorkers: [String]
    public let aliveWorkers: Int

    public struct Failure: Sendable, Equatable {
        public let job: Job.ID
        public let finishedAt: Date
        public let error: String?
    }
}

extension JobStore {
    /// Live jobs by state, counted to `countLimit` each, and what ended in the last 24 hours, as of one instant.
    ///
    /// Each part reads an index, or what ended in those hours alone.
    public func overview(countLimit: Int = 1000, failureLimit: Int = 5) async throws -> QueueOverview {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
            var live: [JobState: BoundedCount] = [:]
            // The states stand in the text: an index that holds one state serves only who names it.
            let counts: [(JobState, SQL)] = [
                (.waiting, "state = 'waiting'"), (.scheduled, "state = 'scheduled'"), (.queued, "state = 'queued'"),
                (.running, "state = 'running'"),
            ]
            for (state, condition) in counts {
                let found = try session.execute(
                    """
                    select count(*)
                    from (select from coppice.jobs where \(condition) limit \(Int64(countLimit + 1))) counted
                    """
                )[0].int(0)
                live[state] = BoundedCount(found: found, limit: countLimit)
            }
            let hours = try session.execute(
                """
                select hour,
                    count(*) filter (where f.state = 'succeeded') as succeeded,
                    count(*) filter (where f.state = 'failed') as failed
                from generate_series(
                    date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour'
                ) as hour
                left join coppice.finished_jobs f
                    on f.finished_at >= date_trunc('hour', now()) - interval '23 hours'
                    and date_trunc('hour', f.finished_at) = hour
                group by hour
                order by hour
                """
            ).map { row in
                QueueOverview.Hour(
                    start: try row.date("hour"),
                    succeeded: try row.int("succeeded"),
                    failed: try row.int("failed")
                )
            }
            let failures = try session.execute(
                """
                select job_id, finished_at, error
                from coppice.finished_jobs
                where state = 'failed' and finished_at > now() - interval '24 hours'
                order by finished_at desc
                limit \(Int64(failureLimit))
                """
            ).map { row in
                QueueOverview.Failure(
                    job: Job.ID(rawValue: try row.int64("job_id")),
                    finishedAt: try row.date("finished_at"),
                    error: try row.stringOrNil("error")
                )
            }
            let paused = try session.execute(
                "select queue from coppice.queues where paused_at is not null order by queue limit 20"
            ).map { row in try row.string("queue") }
            // Those that went long ago are nobody's business any more.
            let workers = try session.execute(
                """
                select name, seen_at < now() - interval '2 minutes' as is_lost
                from coppice.workers
                where stopped_at is null and seen_at > now() - interval '24 hours'
                order by name
                limit 1000
                """
            ).map { row in (name: try row.string("name"), isLost: try row.bool("is_lost")) }
            return QueueOverview(
                live: live,
                hours: hours,
                failedToday: hours.reduce(0) { $0 + $1.failed },
                latestFailures: failures,
                pausedQueues: paused,
                lostWorkers: workers.filter(\.isLost).map(\.name),
                aliveWorkers: workers.count { !$0.isLost }
            )
        }
    }
}
