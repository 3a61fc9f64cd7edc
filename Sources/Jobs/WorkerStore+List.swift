public import FoundationEssentials
internal import Postgres

/// A worker process and what it does.
public struct WorkerSummary: Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Seen within the last two minutes.
        case alive
        /// Not seen for longer, and it never said that it stopped.
        case lost
        /// It stopped in good order.
        case stopped
    }

    public let name: String
    public let state: State
    public let host: String
    public let processID: Int
    public let version: String
    public let queues: [String]
    public let concurrency: Int
    public let startedAt: Date
    public let seenAt: Date
    public let stoppedAt: Date?
    /// What it runs now.
    public let jobs: [Job.ID]
}

extension WorkerStore {
    /// Workers, those that live first, then by the time they were last seen.
    /// - Parameter all: Also those that are gone.
    public func list(all: Bool, limit: Int) async throws -> [WorkerSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select *
                from (
                    select
                        w.name, w.host, w.process_id, w.version, w.queues, w.concurrency, w.started_at, w.seen_at,
                        w.stopped_at,
                        case
                            when w.stopped_at is not null then 'stopped'
                            when \(Self.isLost) then 'lost'
                            else 'alive'
                        end as state,
                        array(
                            select j.job_id from coppice.jobs j
                            where j.state = 'running' and j.worker_id = w.worker_id
                            order by j.job_id
                        ) as jobs
                    from coppice.workers w
                ) w
                where \(all) or w.state = 'alive'
                order by w.state = 'alive' desc, w.seen_at desc
                limit \(limit)
                """
            ).map { row in
                WorkerSummary(
                    name: try row.string("name"),
                    state: WorkerSummary.State(rawValue: try row.string("state")) ?? .lost,
                    host: try row.string("host"),
                    processID: try row.int("process_id"),
                    version: try row.string("version"),
                    queues: try row.decode([String].self, "queues"),
                    concurrency: try row.int("concurrency"),
                    startedAt: try row.date("started_at"),
                    seenAt: try row.date("seen_at"),
                    stoppedAt: try row.dateOrNil("stopped_at"),
                    jobs: try row.decode([Int64].self, "jobs").map(Job.ID.init)
                )
            }
        }
    }
}
