internal import Postgres

extension JobStore {
    /// Changes how urgent a job is; of one that runs, for its next attempt.
    ///
    /// Returns the state it is in; one that has ended is left as it is. Throws `JobError` with code `notFound`.
    public func setPriority(of job: Job.ID, to priority: Int16) async throws -> JobState {
        let state = try await pool.withSession { session in
            try session.execute("select coppice.set_priority(\(job), \(priority))::text as state")[0]
                .stringOrNil("state")
        }
        guard let state = state.flatMap(JobState.init) else { throw Self.notFound(job) }
        return state
    }
}
