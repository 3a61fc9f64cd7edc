internal import Postgres

/// Why nothing starts in a queue.
public enum QueueObstacle: Sendable, Equatable {
    case paused(queue: String)
    /// No worker that lives claims from it.
    case unserved(queue: String)
}

extension QueueObstacle: CustomStringConvertible {
    /// What is the matter, and what to do.
    public var description: String {
        switch self {
        case .paused(let queue): "the queue '\(queue)' is paused: 'coppice queues resume \(queue)' lets it go on"
        case .unserved(let queue):
            "no worker serves the queue '\(queue)': start one with 'worker\(queue == "default" ? "" : " --queues \(queue)")'"
        }
    }
}

extension JobStore {
    /// Of a queue: some worker that lives claims from it.
    static func isServed(_ queue: SQL) -> SQL {
        """
        exists (
            select from coppice.workers w
            where w.stopped_at is null and not (\(WorkerStore.isLost)) and \(queue) = any (w.queues)
        )
        """
    }

    /// Why the first of `jobs` that is queued does not start; nil: nothing is in its way, or none is queued.
    public func obstacle(of jobs: [Job.ID]) async throws -> QueueObstacle? {
        try await pool.withSession { session in
            let found = try session.execute(
                """
                select j.queue, q.paused_at is not null as is_paused, \(Self.isServed("j.queue")) as is_served
                from coppice.jobs j left join coppice.queues q using (queue)
                where j.job_id = any (\(jobs.map(\.rawValue))) and j.state = 'queued'
                order by j.job_id
                limit 1
                """
            ).first
            guard let row = found else { return nil }
            let queue = try row.string("queue")
            if try row.bool("is_paused") { return .paused(queue: queue) }
            return try row.bool("is_served") ? nil : .unserved(queue: queue)
        }
    }
}
