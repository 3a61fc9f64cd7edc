public import Postgres

extension JobStore {
    /// Ends a job as succeeded and publishes what it made, in one transaction.
    ///
    /// The fence comes first: a worker whose lease was taken away publishes nothing. The job's row and those of its
    /// dependents are locked before `publish` runs, so that a registered model's row is locked last.
    /// - Returns: the queues in which jobs that waited for this one can be claimed now.
    /// - Throws: `JobError` with code `leaseLost` or `cancelRequested`; `PostgresError`. After a lost connection it may
    ///   have been committed: ask `outcome(of:)`.
    @discardableResult
    public func finish(
        _ lease: JobLease,
        publish: @Sendable (borrowing Session) throws -> Void
    ) async throws -> Set<String> {
        try await finish(lease, claiming: { nil }, publish: publish).wokenQueues
    }

    /// What came of a finishing transaction.
    struct Finished: Sendable {
        /// The queues in which jobs that waited for this one can be claimed now.
        let wokenQueues: Set<String>
        /// What it claimed.
        let claimed: [ClaimedJob]
        /// When it asked for that: leases are counted from then.
        let asked: ContinuousClock.Instant
    }

    /// The claim in a finishing transaction failed, and the transaction with it: to be done again without.
    struct ClaimRefused: Error {
        let reason: PostgresError
    }

    /// The same, and claims in the same transaction, which is one commit less for a job.
    ///
    /// The claim comes last: its rows are locked until the commit, and it waits for none, so that the order in which rows
    /// are locked stays as it is. What a commit without an answer claimed is lost with its lease, as it is after a claim
    /// without an answer.
    /// - Parameter request: asked once everything is published; nil: nothing is claimed.
    /// - Throws: also `ClaimRefused`.
    func finish(
        _ lease: JobLease,
        claiming request: @Sendable () -> ClaimRequest?,
        publish: @Sendable (borrowing Session) throws -> Void
    ) async throws -> Finished {
        do {
            return try await pool.withTransaction { session in
                let rows = try session.execute(
                    "select coppice.finish_job(\(lease.job), \(lease.attempt), \(lease.worker)) as queues"
                )
                try publish(session)
                let asked = ContinuousClock.now
                return Finished(
                    wokenQueues: Set(try rows[0].decode([String].self, "queues")),
                    claimed: try request().map { try Self.claimAndCommit($0, in: session) } ?? [],
                    asked: asked
                )
            }
        } catch let error as PostgresError {
            throw JobError(error) ?? error
        }
    }

    /// From here to the commit no other worker sees what was claimed, a job that was just rescued perhaps. A worker that
    /// stops in between would hide it; so the commit goes out with the claim.
    private static func claimAndCommit(
        _ request: ClaimRequest,
        in session: borrowing Session
    ) throws -> [ClaimedJob] {
        let rows: Rows
        do {
            rows = try session.executeAndCommit(statement(of: request))
        } catch {
            if error.isConnectionLoss || error.code == .cancelled { throw error }
            throw ClaimRefused(reason: error)
        }
        // The job has ended, whatever is wrong with what was claimed; that is lost with its lease, and the worker's next
        // claim says what the matter is.
        return (try? claimed(rows, by: request.worker)) ?? []
    }

    /// Ends an attempt as failed. The job is queued again after `retryIn`, or ends if that is nil or if its attempts are
    /// used up.
    /// - Returns: `scheduled` or `failed`; `cancelled` if a cancellation had been requested.
    /// - Throws: `JobError` with code `leaseLost`; `PostgresError`.
    public func fail(_ lease: JobLease, error: String, retryIn: Duration?) async throws -> JobState {
        try await transition { session in
            let rows = try session.execute(
                """
                select coppice.fail_job(\(lease.job), \(lease.attempt), \(lease.worker), \(error), \(retryIn))::text as state
                """
            )
            return JobState(rawValue: try rows[0].string("state")) ?? .failed
        }
    }

    /// Ends an attempt as lost, through no fault of the job: it is queued again after `retryIn`, or ends as failed if it
    /// was lost `maxLosses` times.
    /// - Returns: `scheduled`, `failed` or `cancelled`.
    /// - Throws: `JobError` with code `leaseLost`; `PostgresError`.
    public func lose(_ lease: JobLease, reason: String, retryIn: Duration, maxLosses: Int) async throws -> JobState {
        try await transition { session in
            let rows = try session.execute(
                """
                select coppice.lose_job(\(lease.job), \(lease.attempt), \(lease.worker), \(reason), \(retryIn),
                    \(Int32(clamping: maxLosses)))::text as state
                """
            )
            return JobState(rawValue: try rows[0].string("state")) ?? .failed
        }
    }

    /// Ends a running job as cancelled, as was requested.
    public func acknowledgeCancel(_ lease: JobLease) async throws {
        try await transition { session in
            _ = try session.execute(
                "select coppice.acknowledge_cancel(\(lease.job), \(lease.attempt), \(lease.worker))"
            )
        }
    }

    /// Hands a job back without counting a failure.
    public func release(_ lease: JobLease) async throws {
        try await transition { session in
            _ = try session.execute("select coppice.release_job(\(lease.job), \(lease.attempt), \(lease.worker))")
        }
    }

    /// How an attempt ended; nil while it has not.
    public func outcome(of lease: JobLease) async throws -> AttemptOutcome? {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select outcome::text from coppice.attempts
                where job_id = \(lease.job) and attempt = \(lease.attempt) and worker_id = \(lease.worker)
                """
            )
            guard rows.count > 0 else { return nil }
            return try rows[0].stringOrNil("outcome").flatMap(AttemptOutcome.init)
        }
    }

    /// Tells those who wait for jobs that they ended. They also poll, so errors are not reported.
    ///
    /// A notification wakes every session that listens to anything, those of all workers among them: none is sent while
    /// nobody follows jobs. Who begins to after the question was asked looks at the jobs once, and sees that they ended.
    public func announceEnds(of jobs: [Job.ID]) async {
        _ = try? await pool.withSession { session in
            try session.execute(
                """
                with followers as materialized (
                    select not pg_try_advisory_xact_lock(\(Self.followersLock)) as there_are
                )
                select pg_notify(\(Self.endedChannel), id::text)
                from followers cross join unnest(\(jobs.map(\.rawValue))) as id
                where followers.there_are
                """
            )
        }
    }

    /// Runs one statement that may raise a condition of ours.
    @discardableResult
    func transition<Value: Sendable>(
        _ body: @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.withSession(body)
        } catch let error as PostgresError {
            throw JobError(error) ?? error
        }
    }
}
