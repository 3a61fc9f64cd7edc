internal import Postgres

extension JobStore {
    /// What a worker asks for when it claims jobs.
    public struct ClaimRequest: Sendable {
        public var worker: Worker.ID
        public var queues: [String]
        /// How many jobs at most.
        public var limit: Int
        /// How long they are its own without a renewal.
        public var lease: Duration
        /// How many each queue may have before the others have had theirs, in the order of `queues`; what one leaves goes
        /// to the others. nil: the most urgent job first, in whichever queue it is.
        public var shares: [Int32]?

        public init(worker: Worker.ID, queues: [String], limit: Int, lease: Duration, shares: [Int32]? = nil) {
            self.worker = worker
            self.queues = queues
            self.limit = limit
            self.lease = lease
            self.shares = shares
        }
    }

    /// Claims the most urgent jobs of `queues` for `worker`, at most `limit`, in one round trip.
    ///
    /// A job grows more urgent while it waits, so that none waits for ever: see migration 0011.
    ///
    /// Workers that claim at the same time skip each other's rows; no job is handed out twice. Each attempt begins with
    /// a RUNNING run, so that a worker that dies leaves a record.
    public func claim(
        for worker: Worker.ID,
        queues: [String],
        limit: Int,
        lease: Duration,
        shares: [Int32]? = nil
    ) async throws -> [ClaimedJob] {
        try await claim(ClaimRequest(worker: worker, queues: queues, limit: limit, lease: lease, shares: shares))
    }

    /// Claims what `request` says; see `claim(for:queues:limit:lease:shares:)`.
    public func claim(_ request: ClaimRequest) async throws -> [ClaimedJob] {
        try await pool.withSession { session in try Self.claim(request, in: session) }
    }

    /// The same as part of a transaction: the jobs are the worker's own once it is committed.
    static func claim(_ request: ClaimRequest, in session: borrowing Session) throws -> [ClaimedJob] {
        try claimed(session.execute(statement(of: request)), by: request.worker)
    }

    static func statement(of request: ClaimRequest) -> SQL {
        """
        select job_id, attempt, kind, queue, spec, experiment_id, run_no, run_id, run_name, timeout, failures,
            max_attempts, submitted_by
        from coppice.claim_jobs(\(request.worker), \(request.queues), \(request.limit), \(request.lease),
            \(request.shares))
        """
    }

    /// What that statement returned.
    static func claimed(_ rows: Rows, by worker: Worker.ID) throws -> [ClaimedJob] {
        try rows.map { row in
            ClaimedJob(
                lease: JobLease(
                    job: Job.ID(rawValue: try row.int64("job_id")),
                    attempt: try row.int("attempt"),
                    worker: worker
                ),
                kind: try row.string("kind"),
                queue: try row.string("queue"),
                spec: try row.json("spec"),
                experimentID: try row.int64("experiment_id"),
                runNumber: try row.int64("run_no"),
                runID: try row.string("run_id"),
                runName: try row.string("run_name"),
                timeout: try row.durationOrNil("timeout"),
                failures: try row.int("failures"),
                maxAttempts: try row.int("max_attempts"),
                submittedBy: try row.string("submitted_by")
            )
        }
    }
}
