internal import FoundationEssentials
internal import Postgres

/// What a pruning removed, or would remove.
public struct PruneReport: Sendable, Equatable {
    public var jobs = 0
    public var attempts = 0
    public var logLines = 0
    /// How many partitions of the history went whole; their jobs are among `jobs`.
    public var partitions = 0
    /// Records of submits, by which a repeated one finds its job.
    public var tokens = 0
    public var workers = 0
    public var ticks = 0

    public init() {}
}

extension JobStore {
    /// Removes jobs that ended longer than `age` ago, with their attempts and logs, and what else is that old: submit
    /// tokens of ended jobs, workers that are gone, ticks of schedules. Runs, metrics, models and artifacts stay.
    ///
    /// Whole partitions of the history are dropped where everything in them is old, rows are deleted in batches
    /// elsewhere; each step is a transaction of its own, so that it can be interrupted and done again.
    /// - Throws: `PostgresError`.
    public func prune(olderThan age: Duration, batch: Int = 1000) async throws -> PruneReport {
        let before = try await before(age)
        var report = PruneReport()
        try await dropPartitions(before, into: &report)

        var last: Int64 = -1
        while let step = try await deleteJobs(before, after: last, limit: batch) {
            last = step.last
            report.jobs += step.jobs
            report.attempts += step.attempts
            report.logLines += step.logLines
        }
        var found = true
        while found {
            let (tokens, workers, ticks) = try await deleteRecords(before, limit: batch)
            report.tokens += tokens
            report.workers += workers
            report.ticks += ticks
            found = tokens + workers + ticks > 0
        }
        return report
    }

    /// What `prune` would remove now.
    public func previewPrune(olderThan age: Duration) async throws -> PruneReport {
        let before = try await before(age)
        return try await pool.withSession { session in
            let row = try session.execute(
                """
                select
                    (select count(*) from coppice.finished_jobs where finished_at < \(before)) as jobs,
                    (select count(*) from coppice.attempts a
                        where exists (select from coppice.finished_jobs f
                            where f.job_id = a.job_id and f.finished_at < \(before))) as attempts,
                    (select count(*) from coppice.job_log l
                        where exists (select from coppice.finished_jobs f
                            where f.job_id = l.job_id and f.finished_at < \(before))) as log_lines,
                    (select count(*) from coppice.old_history_partitions(\(before))) as partitions,
                    (select count(*) from coppice.job_tokens t
                        where created_at < \(before)
                            and not exists (select from coppice.jobs j where j.job_id = t.job_id)) as tokens,
                    (select count(*) from coppice.workers w
                        where coalesce(stopped_at, seen_at) < \(before) and not exists (
                            select from coppice.jobs j where j.state = 'running' and j.worker_id = w.worker_id)) as workers,
                    (select count(*) from coppice.schedule_ticks where tick < \(before)) as ticks
                """
            )[0]
            var report = PruneReport()
            report.jobs = try row.int("jobs")
            report.attempts = try row.int("attempts")
            report.logLines = try row.int("log_lines")
            report.partitions = try row.int("partitions")
            report.tokens = try row.int("tokens")
            report.workers = try row.int("workers")
            report.ticks = try row.int("ticks")
            return report
        }
    }

    /// By the database's clock.
    private func before(_ age: Duration) async throws -> Date {
        try await pool.withSession { session in
            try session.execute("select clock_timestamp() - \(age) as before")[0].date("before")
        }
    }

    /// Partitions that are busy for too long are left to the deletion of rows.
    private func dropPartitions(_ before: Date, into report: inout PruneReport) async throws {
        let patience = RetryPolicy(base: .milliseconds(50), longest: .seconds(1))
        var failures = 0
        while failures < 10 {
            do {
                let dropped = try await pool.withSession { session in
                    try session.execute(
                        "select jobs, attempts, log_lines from coppice.drop_history_partition(\(before))"
                    ).first.map { row in
                        (try row.int("jobs"), try row.int("attempts"), try row.int("log_lines"))
                    }
                }
                guard let (jobs, attempts, logLines) = dropped else { return }
                report.partitions += 1
                report.jobs += jobs
                report.attempts += attempts
                report.logLines += logLines
                failures = 0
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
                failures += 1
                try await Task.sleep(for: patience.delay(failures: failures))
            }
        }
    }

    private func deleteJobs(
        _ before: Date,
        after last: Int64,
        limit: Int
    ) async throws -> (last: Int64, jobs: Int, attempts: Int, logLines: Int)? {
        try await pool.withSession { session in
            try session.execute(
                """
                select last_id, jobs, attempts, log_lines
                from coppice.delete_finished_jobs(\(before), \(last), \(limit))
                """
            ).first.map { row in
                (try row.int64("last_id"), try row.int("jobs"), try row.int("attempts"), try row.int("log_lines"))
            }
        }
    }

    private func deleteRecords(_ before: Date, limit: Int) async throws -> (tokens: Int, workers: Int, ticks: Int) {
        try await pool.withSession { session in
            let row = try session.execute(
                "select tokens, workers, ticks from coppice.delete_old_records(\(before), \(limit))"
            )[0]
            return (try row.int("tokens"), try row.int("workers"), try row.int("ticks"))
        }
    }
}
