internal import Postgres

extension JobStore {
    /// What came of a statement that ended several jobs.
    struct FinishedTogether: Sendable {
        /// The attempts that succeeded. The others are to be ended alone: see `finish(_:claiming:publish:)`.
        var leases: Set<JobLease> = []
        /// The queues in which jobs that waited for one of them can be claimed now.
        var wokenQueues: Set<String> = []
        /// What it claimed, not more than ended.
        var claimed: [ClaimedJob] = []
        /// When it asked for that: leases are counted from then.
        var asked = ContinuousClock.now
    }

    /// Ends jobs that publish nothing as succeeded, and claims others in their place, in one statement.
    ///
    /// Each is fenced for itself; of several, one that cannot end so does not keep the others from it.
    /// - Parameters:
    ///   - leases: of one worker, at least one. Asked for once there is a connection: what is done until then goes along.
    ///   - request: what to claim in place of so many jobs; nil: nothing.
    /// - Throws: for one job as `finish` does. For several `PostgresError`, also if a row was held by somebody else for a
    ///   second; then none has ended.
    func finishTogether(
        _ leases: @Sendable () -> [JobLease],
        claiming request: @Sendable (Int) -> ClaimRequest?
    ) async throws -> FinishedTogether {
        try await transition { session in
            // Of two attempts of one job the earlier one was lost.
            let leases = Dictionary(leases().map { ($0.job, $0) }) { $0.attempt > $1.attempt ? $0 : $1 }
            let worker = leases.first!.value.worker
            let request = request(leases.count)
            var finished = FinishedTogether()
            let rows = try session.execute(Self.statement(ending: Array(leases.values), of: worker, claiming: request))
            finished.leases = Set(
                try rows[0].decode([Int64].self, "finished").compactMap { leases[Job.ID(rawValue: $0)] }
            )
            finished.wokenQueues = Set(try rows[0].decode([String].self, "woken_queues"))
            // The jobs have ended, whatever is wrong with what was claimed; that is lost with its lease.
            if request != nil, try rows[0].int64OrNil("job_id") != nil {
                finished.claimed = (try? Self.claimed(rows, by: worker)) ?? []
            }
            return finished
        }
    }

    private static func statement(
        ending leases: [JobLease],
        of worker: Worker.ID,
        claiming request: ClaimRequest?
    ) -> SQL {
        let ended: SQL = """
            coppice.finish_jobs(\(leases.map(\.job.rawValue)), \(leases.map { Int32($0.attempt) }), \(worker))
            """
        guard let request else { return "select finished, woken_queues from \(ended)" }
        return """
            select ended.finished, ended.woken_queues, claimed.*
            from \(ended) ended
            left join lateral coppice.claim_jobs(
                \(request.worker), \(request.queues), least(\(request.limit), cardinality(ended.finished)),
                \(request.lease), \(request.shares)
            ) claimed on true
            """
    }
}
