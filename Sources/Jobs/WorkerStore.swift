public import Postgres

/// The table of worker processes.
public struct WorkerStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Of a row of `workers` that has not stopped: nothing was heard of it for so long that it has probably died.
    static let isLost: SQL = "seen_at < clock_timestamp() - interval '2 minutes'"

    /// Records a worker that starts.
    public func register(_ registration: Worker.Registration) async throws -> Worker.ID {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                insert into coppice.workers (name, host, process_id, version, queues, concurrency)
                values (
                    \(registration.name), \(registration.host), \(registration.processID), \(registration.version),
                    \(registration.queues), \(registration.concurrency)
                )
                returning worker_id
                """
            )
            return Worker.ID(rawValue: try rows[0].int64("worker_id"))
        }
    }

    /// Records that a worker stopped in good order.
    public func stopped(_ worker: Worker.ID) async throws {
        try await pool.withSession { session in
            try session.execute(
                """
                update coppice.workers set stopped_at = clock_timestamp(), seen_at = clock_timestamp()
                where worker_id = \(worker)
                """
            )
        }
    }
}
