public import FoundationEssentials
internal import Postgres
public import Presentation

/// What the queue did and does, at a glance.
public struct QueueOverview: Sendable, Equatable {
    /// Jobs by the states of those that live.
    public let live: [JobState: BoundedCount]
    /// Jobs that failed within the last 24 hours, of the thousand failed ones with the highest ids.
    public let failedToday: BoundedCount
    /// The latest of them, newest first.
    public let latestFailures: [Failure]
    public let pausedQueues: [String]
    /// Those in which jobs are queued, and that no worker serves.
    public let unservedQueues: [String]
    public let lostWorkers: [String]
    public let aliveWorkers: Int

    public struct Failure: Sendable, Equatable {
        public let job: Job.ID
        public let finishedAt: Date
        public let error: String?
    }
}

extension JobStore {
    /// Live jobs by state, counted to `countLimit` each, and what needs attention, as of one instant.
    ///
    /// Each part reads so many entries of an index at most, however many jobs there are and were.
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
            // The newest by id are in an index; those that failed last are among them.
            let newest: SQL =
                """
                with newest as materialized (
                    select job_id, finished_at
                    from coppice.finished_jobs
                    where state = 'failed'
                    order by job_id desc
                    limit \(Int64(countLimit + 1))
                ), today as (
                    select job_id, finished_at from newest where finished_at > now() - interval '24 hours'
                )
                """
            let failed = try session.execute("\(newest) select count(*) from today")[0].int(0)
            let failures = try session.execute(
                """
                \(newest), latest as (
                    select job_id from today order by finished_at desc limit \(Int64(failureLimit))
                )
                select f.job_id, f.finished_at, f.error
                from latest
                join coppice.finished_jobs f on f.job_id = latest.job_id
                order by f.finished_at desc
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
            let unserved = try session.execute(
                """
                select q.queue
                from coppice.queues q
                where q.paused_at is null and not \(Self.isServed("q.queue"))
                    and exists (select from coppice.jobs j where j.queue = q.queue and j.state = 'queued')
                order by q.queue
                limit 20
                """
            ).map { row in try row.string("queue") }
            // Those that went long ago are nobody's business any more.
            let workers = try session.execute(
                """
                select name, \(WorkerStore.isLost) as is_lost
                from coppice.workers
                where stopped_at is null and seen_at > now() - interval '24 hours'
                order by name
                limit 1000
                """
            ).map { row in (name: try row.string("name"), isLost: try row.bool("is_lost")) }
            return QueueOverview(
                live: live,
                failedToday: BoundedCount(found: failed, limit: countLimit),
                latestFailures: failures,
                pausedQueues: paused,
                unservedQueues: unserved,
                lostWorkers: workers.filter(\.isLost).map(\.name),
                aliveWorkers: workers.count { !$0.isLost }
            )
        }
    }
}
