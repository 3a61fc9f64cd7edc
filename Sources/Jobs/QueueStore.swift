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
    /// When the job was submitted that has been claimable for longest.
    public let oldestQueuedAt: Date?
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
                    min(j.submitted_at) filter (where j.state = 'queued') as oldest_queued_at
                from coppice.queues q left join coppice.jobs j using (queue)
                group by q.queue
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
                    oldestQueuedAt: try row.dateOrNil("oldest_queued_at")
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
