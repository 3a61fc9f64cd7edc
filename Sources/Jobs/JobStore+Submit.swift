public import FoundationEssentials
public import Postgres

/// A job as `submit` reports it.
public struct SubmittedJob: Sendable, Equatable {
    public let id: Job.ID
    /// false: its token or its unique key found a job that was there before.
    public let isNew: Bool
}

extension JobStore {
    /// Queues `jobs`, all or none, and wakes the workers of their queues. One alone goes to an idle worker at once, if there
    /// is one (see migration 0033).
    ///
    /// Repeating a call whose answer was lost returns the jobs of the first time.
    /// - Returns: their ids, in the order given.
    /// - Throws: `JobError` with code `dependencyFailed`, `PostgresError`.
    public func submit(_ jobs: [NewJob]) async throws -> [SubmittedJob] {
        let queues = Set(jobs.map(\.queue))
        let alone = jobs.count == 1 ? jobs[0].clientToken : nil
        return try await Self.retrying {
            // A statement alone is a transaction, and the wake-up goes along: one round trip for all.
            try await pool.withSession { session in
                try Self.submitted(Self.submission(of: jobs, isCommitted: true)) {
                    try session.execute($0, afterwards: Self.wakeUp(queues, unlessHandedOver: alone))
                }
            }
        }
    }

    /// Queues a job with its parts, all or none, and wakes the workers of their queues; see `submit(_:in:)`.
    public func submit(_ group: NewJobGroup) async throws -> [SubmittedJob] {
        let queues = Set(group.parts.map(\.queue))
        return try await Self.retrying {
            try await pool.withSession { session in
                try Self.submitted(Self.submission(of: group)) {
                    try session.execute($0, afterwards: Self.wakeUp(queues))
                }
            }
        }
    }

    /// Does a submission again when its answer was lost or somebody was in its way: its tokens find what was queued.
    public static func retrying<Value>(_ submission: () async throws -> Value) async throws -> Value {
        let backoff = RetryPolicy(base: .milliseconds(50), longest: .seconds(1))
        var failures = 0
        while true {
            do {
                return try await submission()
            } catch let error as PostgresError where error.mayBeSubmittedAgain && failures < 4 {
                try await Task.sleep(for: backoff.delay(failures: failures))
                failures += 1
            }
        }
    }

    /// The same as part of a transaction; the caller wakes the workers after its commit.
    public static func submit(_ jobs: [NewJob], in session: borrowing Session) throws -> [SubmittedJob] {
        try submitted(submission(of: jobs)) { try session.execute($0) }
    }

    /// The same as the end of a transaction. One job alone goes to an idle worker at once, if there is one.
    public static func submitAndCommit(_ jobs: [NewJob], in session: borrowing Session) throws -> [SubmittedJob] {
        try submitted(submission(of: jobs, isCommitted: true)) { try session.executeAndCommit($0) }
    }

    /// Queues a job with its parts as a part of a transaction, all or none; the caller wakes the workers after its commit.
    ///
    /// The whole gets a run at once, the parent of the parts' runs. It waits until each part has ended, whatever the
    /// outcome, and is claimed then; what it `needs` besides is not looked at. Cancelling it cancels its parts.
    /// - Returns: the parts in the order given, then the whole. If the token or the unique key of the whole found a job,
    ///   that job and its parts.
    public static func submit(_ group: NewJobGroup, in session: borrowing Session) throws -> [SubmittedJob] {
        try submitted(submission(of: group)) { try session.execute($0) }
    }

    /// - Parameter isCommitted: in the same message. An idle worker may be given one job alone then; it would wait for a
    ///   transaction that goes on.
    private static func submission(of jobs: [NewJob], isCommitted: Bool = false) throws -> SQL {
        guard jobs.count == 1 else { return "select job_id, created from coppice.submit_jobs(\(try wire(jobs)))" }
        let job = jobs[0]
        var (date, delay): (Date?, Duration?)
        switch job.start {
        case .now: break
        case .at(let start): date = start
        case .after(let duration): delay = duration
        }
        return """
            select job_id, created
            from coppice.submit_job(
                \(job.clientToken), \(job.kind), \(job.queue), \(Int32(clamping: job.priority)),
                \(try JobWriter.json(spec: job.spec)), \(job.experimentID), \(job.runName), \(job.parentRunNumber),
                \(JobWriter.json(object: job.params)), \(JobWriter.json(object: job.tags)), \(Int32(clamping: job.maxAttempts)),
                \(job.timeout), \(job.uniqueKey), \(date), \(delay), \(job.needs.map(\.rawValue)), \(job.submittedBy),
                \(isCommitted)
            )
            """
    }

    private static func submission(of group: NewJobGroup) throws -> SQL {
        "select job_id, created from coppice.submit_job_group(\(try wire(group.whole)), \(try wire(group.parts)))"
    }

    private static func submitted(
        _ statement: SQL,
        executing execute: (SQL) throws -> Rows
    ) throws -> [SubmittedJob] {
        let rows: Rows
        do { rows = try execute(statement) } catch let error as PostgresError {
            throw JobError(error) ?? error
        }
        return try rows.map { row in
            // By place: a thousand names a call are looked up otherwise.
            SubmittedJob(id: Job.ID(rawValue: try row.int64(0)), isNew: try row.bool(1))
        }
    }

    /// Tells the workers of `queues` that there is something to claim. Sent after the commit and not inside it: a
    /// transaction that notifies waits for every other one that does.
    ///
    /// A lost wake-up costs the poll interval of a worker, so errors are not reported. Its commit does not wait for the disk:
    /// it writes nothing there.
    ///
    /// - Parameter token: of the job that was submitted alone; nobody need be woken if it was handed over.
    public func wake(queues: Set<String>, unlessHandedOver token: UUID? = nil) async {
        _ = try? await pool.withSession { session in
            try session.execute(Self.wakeUp(queues, unlessHandedOver: token))
        }
    }

    private static func wakeUp(_ queues: Set<String>, unlessHandedOver token: UUID? = nil) -> SQL {
        guard queues.count == 1, let queue = queues.first else {
            return "select pg_notify(\(wakeChannel), queue) from unnest(\(queues.sorted())) as queue"
        }
        guard let token else { return "select pg_notify(\(wakeChannel), \(queue))" }
        // Behind a pooler this may be another session than that of the submit: then somebody is woken in vain.
        return """
            select pg_notify(\(wakeChannel), \(queue))
            where current_setting('coppice.handed_over', true) is distinct from \(token.uuidString.lowercased())
            """
    }
}

extension JobStore {
    /// A job as `submit_jobs` takes it.
    static func wire(_ job: NewJob) throws -> JSONText {
        var writer = JobWriter()
        try writer.add(job)
        return JSONText(writer.text)
    }

    /// Jobs as `submit_jobs` takes them.
    static func wire(_ jobs: [NewJob]) throws -> JSONText {
        var writer = JobWriter()
        writer.text = "["
        for (index, job) in jobs.enumerated() {
            if index > 0 { writer.text += "," }
            try writer.add(job)
        }
        writer.text += "]"
        return JSONText(writer.text)
    }
}

extension PostgresError {
    /// A connection that cannot be made is not worth the wait: the user is told. One that broke is.
    fileprivate var mayBeSubmittedAgain: Bool {
        isConnectionLoss && code != .connectionFailed || isTransactionConflict
            || sqlState == .uniqueViolation && constraint == "job_tokens_pkey"
    }
}
