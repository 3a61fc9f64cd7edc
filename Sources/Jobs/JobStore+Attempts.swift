public import FoundationEssentials
internal import Postgres

/// One try at a job.
public struct AttemptSummary: Sendable {
    /// Counted from 1.
    public let attempt: Int
    /// nil while it runs.
    public let outcome: AttemptOutcome?
    public let worker: String?
    public let startedAt: Date
    public let endedAt: Date?
    public let error: String?
    /// Its run: 32 hexadecimal digits.
    public let runID: String?
}

extension JobStore {
    /// The attempts at a job, oldest first; empty for a job that was never claimed.
    public func attempts(at job: Job.ID) async throws -> [AttemptSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select a.attempt, a.outcome::text, w.name as worker, a.started_at, a.ended_at, a.error, r.run_id
                from coppice.attempts a
                left join coppice.workers w using (worker_id)
                left join coppice.runs r using (run_no)
                where a.job_id = \(job)
                order by a.attempt
                """
            ).map { row in
                AttemptSummary(
                    attempt: try row.int("attempt"),
                    outcome: try row.stringOrNil("outcome").flatMap(AttemptOutcome.init),
                    worker: try row.stringOrNil("worker"),
                    startedAt: try row.date("started_at"),
                    endedAt: try row.dateOrNil("ended_at"),
                    error: try row.stringOrNil("error"),
                    runID: try row.stringOrNil("run_id")
                )
            }
        }
    }
}
