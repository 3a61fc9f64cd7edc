public import FoundationEssentials
public import Postgres

/// A queue and what is in it.
public struct QueueSummary: Sendable {
    public let name: String
    /// Since when no worker takes jobs from it; nil while it is open.
    public let pausedAt: Date?
    public let pausedBy: String?
    public let waiting: Int
    public let scheduled: Int
    public let queued: Int
    public let running: Int
    /// Since when the job that has been claimable for longest has been; nil: none is.
    public let oldestQueuedAt: Date?
    /// For how long it has been.
    public let oldestAge: Duration?
    /// Jobs that ended, a minute, over the last five.
    public let finishedPerMinute: Double
}

/// The queues by name.
public struct QueueStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// All queues that ever held a job, by name.
    public func list(limit: Int) async throws -> [QueueSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select
                    q.queue, q.paused_at, q.paused_by,
                    count(*) filter (where j.state = 'waiting') as waiting,
                    count(*) filter (where j.state = 'scheduled') as scheduled,
                    count(*) filter (where j.state = 'queued') as queued,
                    count(*) filter (where j.state = 'running') as running,
                    min(j.scheduled_at) filter (where j.state = 'queued') as oldest_queued_at,
                    clock_timestamp() - min(j.scheduled_at) filter (where j.state = 'queued') as oldest_age,
                    coalesce(f.finished, 0) / 5.0::double precision as finished_per_minute
                from coppice.queues q
                left join coppice.jobs j using (queue)
                left join (
                    select queue, count(*) as finished
                    from coppice.finished_jobs
                    where finished_at > clock_timestamp() - interval '5 minutes'
                    group by queue
                ) f using (queue)
                group by q.queue, f.finished
                order by q.queue
                limit \(limit)
                """
            ).map { row in
                QueueSummary(
                    name: try row.string("queue"),
                    pausedAt: try row.dateOrNil("paused_at"),
                    pausedBy: try row.stringOrNil("paused_by"),
                    waiting: try row.int("waiting"),
                    scheduled: try row.int("scheduled"),
                    queued: try row.int("queued"),
                    running: try row.int("running"),
                    oldestQueuedAt: try row.dateOrNil("oldest_queued_at"),
                    oldestAge: try row.durationOrNil("oldest_age"),
                    finishedPerMinute: try row.double("finished_per_minute")
                )
            }
        }
    }

    /// Lets no worker take jobs from a queue until it is resumed; jobs that run go on. Pausing twice keeps the first
    /// time.
    ///
    /// Throws `JobError` with code `notFound`.
    public func pause(_ queue: String) async throws {
        try await change(queue) { session in
            try session.execute(
                """
                update coppice.queues
                set paused_at = coalesce(paused_at, clock_timestamp()), paused_by = coalesce(paused_by, session_user)
                where queue = \(queue)
                """
            ).affectedCount
        }
    }

    /// Opens a paused queue and wakes its workers. Throws `JobError` with code `notFound`.
    public func resume(_ queue: String) async throws {
        try await change(queue) { session in
            let count = try session.execute(
                "update coppice.queues set paused_at = null, paused_by = null where queue = \(queue)"
            ).affectedCount
            try session.execute("select pg_notify(\(JobStore.wakeChannel), \(queue))")
            return count
        }
    }

    private func change(_ queue: String, _ body: @Sendable (borrowing Session) throws -> Int) async throws {
        guard try await pool.withSession(body) > 0 else {
            throw JobError(
                .notFound,
                "queue '\(queue)': there is no such queue; 'coppice queues list' shows those there are"
            )
        }
    }
}
