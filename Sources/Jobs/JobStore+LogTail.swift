internal import Postgres

extension JobStore {
    /// The last lines of a job's log, in order.
    /// - Parameter attempt: Only of this attempt; nil for all.
    public func logTail(of job: Job.ID, attempt: Int? = nil, limit: Int) async throws -> [JobLogLine] {
        try await pool.withSession { session in
            try session.execute(
                """
                select attempt, line_no, logged_at, level, message
                from coppice.job_log
                where job_id = \(job) and (\(attempt)::integer is null or attempt = \(attempt)::integer)
                order by attempt desc, line_no desc
                limit \(limit)
                """
            ).map { row in try JobLogLine(row) }.reversed()
        }
    }
}
