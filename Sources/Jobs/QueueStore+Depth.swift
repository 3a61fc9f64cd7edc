public import FoundationEssentials
internal import Postgres
public import Presentation

/// How full a queue is, counted no further than a limit.
public struct QueueDepth: Sendable, Equatable {
    public let name: String
    /// Since when no worker takes jobs from it; nil while it is open.
    public let pausedAt: Date?
    public let pausedBy: String?
    /// Jobs that can be claimed.
    public let queued: BoundedCount
    public let running: Int
    /// How long the job that has been claimable for longest has been, of those that were counted; nil: none is.
    public let oldestAge: Duration?
}

extension QueueStore {
    /// The queues by name, however many jobs are in them: each is counted to `countLimit`.
    public func depths(limit: Int = 100, countLimit: Int = 1000) async throws -> [QueueDepth] {
        try await pool.withSession { session in
            try session.execute(
                """
                select
                    q.queue, q.paused_at, q.paused_by, queued.count as queued, coalesce(running.count, 0) as running,
                    now() - queued.oldest as oldest_age
                from coppice.queues q
                cross join lateral (
                    select count(*) as count, min(counted.scheduled_at) as oldest
                    from (
                        select j.scheduled_at
                        from coppice.jobs j
                        where j.queue = q.queue and j.state = 'queued'
                        order by coppice.claim_order(j.priority, j.scheduled_at), j.job_id
                        limit \(Int64(countLimit + 1))
                    ) counted
                ) queued
                left join (
                    select queue, count(*) as count from coppice.jobs where state = 'running' group by queue
                ) running using (queue)
                order by q.queue
                limit \(Int64(limit))
                """
            ).map { row in
                QueueDepth(
                    name: try row.string("queue"),
                    pausedAt: try row.dateOrNil("paused_at"),
                    pausedBy: try row.stringOrNil("paused_by"),
                    queued: BoundedCount(found: try row.int("queued"), limit: countLimit),
                    running: try row.int("running"),
                    oldestAge: try row.durationOrNil("oldest_age")
                )
            }
        }
    }
}
