internal import Postgres

extension JobStore {
    /// The jobs with these ids, in this order.
    /// - Throws: `JobError` with code `notFound`.
    public func status(of ids: [Job.ID]) async throws -> [JobStatus] {
        let found = try await pool.withSession { session in
            let rows = try session.execute(
                """
                select job_id, kind, state::text, queue, attempt, max_attempts, progress, error, run_id, worker,
                    submitted_at, started_at, finished_at, scheduled_at
                from coppice.job_history
                where job_id = any (\(ids.map(\.rawValue)))
                """
            )
            return try rows.map { row in try JobStatus(row) }
        }
        let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        return try ids.map { id in
            guard let status = byID[id] else { throw JobError(.notFound, "there is no job \(id)") }
            return status
        }
    }
}

extension JobStatus {
    init(_ row: Row) throws {
        id = Job.ID(rawValue: try row.int64("job_id"))
        kind = try row.string("kind")
        let state = try row.string("state")
        guard let known = JobState(rawValue: state) else {
            throw JobError(.invalid, "job \(id) is in a state this program does not know: \(state)")
        }
        self.state = known
        queue = try row.string("queue")
        attempt = try row.int("attempt")
        maxAttempts = try row.int("max_attempts")
        progress = try row.doubleOrNil("progress")
        error = try row.stringOrNil("error")
        runID = try row.stringOrNil("run_id")
        worker = try row.stringOrNil("worker")
        submittedAt = try row.date("submitted_at")
        startedAt = try row.dateOrNil("started_at")
        finishedAt = try row.dateOrNil("finished_at")
        scheduledAt = try row.dateOrNil("scheduled_at")
    }
}
