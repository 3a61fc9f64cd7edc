internal import Postgres

extension JobStore {
    /// What a request to cancel a job came to.
    public enum Cancellation: Sendable, Equatable {
        /// It had not begun, and never will.
        case cancelled
        /// It runs; its worker was asked to stop.
        case requested
        /// It had ended before.
        case ended(JobState)
    }

    /// Ends a job that has not begun; asks the worker of one that runs, and those of its parts.
    ///
    /// - Throws: `JobError` with code `notFound`.
    public func cancel(_ job: Job.ID) async throws -> Cancellation {
        let answer = try await pool.withSession { session in
            let rows = try session.execute("select coppice.cancel_job(\(job)) as answer")
            // After the commit, as with wake-ups: what is lost is found when leases are renewed.
            _ = try? session.execute(
                """
                select set_config('synchronous_commit', 'off', true), pg_notify(\(Self.cancelChannel), job_id::text)
                from coppice.jobs where state = 'running' and cancel_requested_at is not null
                """
            )
            return try rows[0].stringOrNil("answer")
        }
        switch answer {
        case nil: throw Self.notFound(job)
        case "requested": return .requested
        case "cancelled":
            // Also what had been cancelled before: it makes no difference to the one who asks.
            await announceEnds(of: [job])
            return .cancelled
        case let state?: return .ended(JobState(rawValue: state) ?? .failed)
        }
    }

    /// Queues a failed or cancelled job again, under its id and with a fresh count of attempts; lets one that waits for
    /// its next attempt go on at once.
    ///
    /// Returns the state it was in: only `failed`, `cancelled` and `scheduled` were changed. Throws `JobError` with code
    /// `notFound`; `dependencyFailed` if a job it needs has not succeeded; `invalid` if another job has its unique key.
    public func retry(_ job: Job.ID) async throws -> JobState {
        let answer = try await transition { session in
            let rows = try session.execute("select coppice.retry_job(\(job)) as answer")
            let answer = try rows[0].stringOrNil("answer")
            try session.execute(
                "select pg_notify(\(Self.wakeChannel), queue) from coppice.jobs where job_id = \(job) and state = 'queued'"
            )
            return answer
        }
        guard let state = answer.flatMap(JobState.init) else { throw Self.notFound(job) }
        return state
    }
}
