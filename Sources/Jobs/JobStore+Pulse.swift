internal import FoundationEssentials
internal import Postgres

/// Something that differs whenever the queue has done something that an overview shows.
public struct QueuePulse: Sendable, Equatable {
    let newestJob: Int64
    let newestRun: Int64
    let newestEnd: Date?
    let running: Int
    let workers: Int64
}

extension JobStore {
    /// A few looks at the ends of indexes, and at what ended just now.
    public func pulse() async throws -> QueuePulse {
        try await pool.withSession { session in
            let row = try session.execute(
                """
                select
                    coalesce((select max(job_id) from coppice.jobs), 0) as newest_job,
                    coalesce((select max(run_no) from coppice.runs), 0) as newest_run,
                    -- Not the highest id: to find that none ended, all of them would be read.
                    (
                        select max(finished_at) from coppice.finished_jobs where finished_at > now() - interval '30 seconds'
                    ) as newest_end,
                    (select count(*) from (
                        select from coppice.jobs where state = 'running' limit 1001
                    ) counted) as running,
                    coalesce((
                        select count(*) from coppice.workers
                        where stopped_at is null and not (\(WorkerStore.isLost))
                    ), 0) as workers
                """
            )[0]
            return QueuePulse(
                newestJob: try row.int64("newest_job"),
                newestRun: try row.int64("newest_run"),
                newestEnd: try row.dateOrNil("newest_end"),
                running: try row.int("running"),
                workers: try row.int64("workers")
            )
        }
    }
}
