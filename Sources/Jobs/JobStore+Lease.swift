internal import Postgres

extension JobStore {
    /// A lease as it is renewed, with the progress of its job.
    public struct Renewal: Sendable {
        public let lease: JobLease
        /// 0 to 1; nil: as before.
        public let progress: Double?

        public init(lease: JobLease, progress: Double?) {
            self.lease = lease
            self.progress = progress
        }
    }

    /// What the database says of a renewed lease.
    public enum Renewed: Sendable, Equatable {
        case held
        /// Still held, but a user wants the job to stop.
        case cancelRequested
    }

    /// Renews all leases of a worker in one statement and shows the worker as alive.
    /// - Returns: the leases that still hold; one that is missing is lost.
    public func renew(
        _ renewals: [Renewal],
        for worker: Worker.ID,
        lease: Duration
    ) async throws -> [JobLease: Renewed] {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select job_id, cancel_requested
                from coppice.renew_leases(
                    \(worker),
                    \(renewals.map(\.lease.job.rawValue)),
                    \(renewals.map { Int32($0.lease.attempt) }),
                    \(renewals.map(\.progress))::real[],
                    \(lease)
                )
                """
            )
            var cancelled: [Job.ID: Bool] = [:]
            for row in rows {
                cancelled[Job.ID(rawValue: try row.int64("job_id"))] = try row.bool("cancel_requested")
            }
            // Attempts are counted up: of two of one job, of which the older was taken away, the newer is meant.
            let newest = Dictionary(renewals.map { ($0.lease.job, $0.lease.attempt) }, uniquingKeysWith: max)
            return renewals.reduce(into: [:]) { renewed, renewal in
                guard newest[renewal.lease.job] == renewal.lease.attempt, let isCancelled = cancelled[renewal.lease.job]
                else { return }
                renewed[renewal.lease] = isCancelled ? .cancelRequested : .held
            }
        }
    }

    /// Queues jobs again whose lease ran out, whoever held it. A job whose worker was lost `maxLosses` times ends as
    /// failed.
    /// - Returns: how many leases had run out.
    public func rescue(maxLosses: Int, limit: Int = 100) async throws -> Int {
        try await pool.withSession { session in
            let rows = try session.execute("select coppice.rescue_jobs(\(maxLosses), \(limit)) as rescued")
            return try rows[0].int("rescued")
        }
    }

    /// Makes scheduled jobs claimable whose time has come.
    /// - Returns: the queues that got some.
    public func promoteDueJobs(limit: Int = 1000) async throws -> Set<String> {
        try await pool.withSession { session in
            let rows = try session.execute("select queue from coppice.promote_due_jobs(\(limit))")
            return Set(try rows.map { try $0.string("queue") })
        }
    }

    /// Makes the partitions of the history that will be needed next.
    public func ensureHistoryPartitions() async throws {
        try await pool.withSession { session in
            try session.execute("select coppice.ensure_history_partitions()")
        }
    }

    /// Whether nothing is left to do in `queues`: nothing can be claimed, nothing runs anywhere, no failed job waits for
    /// its next attempt. Jobs submitted for later do not count, nor do those of a paused queue.
    public func isDrained(queues: [String]) async throws -> Bool {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select not exists (
                    select from coppice.jobs j
                    where j.queue = any (\(queues))
                        and (j.state = 'running'
                            or j.state = 'scheduled' and j.failures + j.losses > 0
                            or j.state = 'queued' and not exists (
                                select from coppice.queues q where q.queue = j.queue and q.paused_at is not null))
                ) as drained
                """
            )
            return try rows[0].bool("drained")
        }
    }
}
