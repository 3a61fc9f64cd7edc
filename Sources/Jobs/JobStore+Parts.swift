internal import Postgres

extension JobStore {
    /// The parts of a job by id; none if it has none. Those that were pruned are missing.
    /// - Parameter limit: How many at most; nil for all.
    public func parts(of whole: Job.ID, limit: Int? = nil) async throws -> [JobStatus] {
        let ids = try await relatives(
            """
            select d.needs_job_id
            from coppice.job_dependencies d join coppice.job_history h on h.job_id = d.needs_job_id
            where d.job_id = \(whole) and d.is_part
            order by d.needs_job_id
            limit \(limit)::bigint
            """
        )
        return ids.isEmpty ? [] : try await status(of: ids)
    }

    /// The job that this one is a part of; nil if there is none.
    public func whole(of part: Job.ID) async throws -> Job.ID? {
        try await relatives(
            "select job_id from coppice.job_dependencies where needs_job_id = \(part) and is_part"
        ).first
    }

    /// The jobs that must succeed before this one starts, by id, no more than `limit`.
    public func needs(of job: Job.ID, limit: Int) async throws -> [Job.ID] {
        try await relatives(
            """
            select needs_job_id from coppice.job_dependencies
            where job_id = \(job) and not is_part
            order by needs_job_id
            limit \(limit)
            """
        )
    }

    private func relatives(_ statement: SQL) async throws -> [Job.ID] {
        try await pool.withSession { session in
            try session.execute(statement).map { row in Job.ID(rawValue: try row.int64(0)) }
        }
    }
}
