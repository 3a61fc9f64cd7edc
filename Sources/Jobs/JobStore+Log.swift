internal import Postgres

extension JobStore {
    /// Stores lines of an attempt's log. Storing a line again changes nothing.
    static func append(_ lines: [JobLog.Line], to lease: JobLease, in session: borrowing Session) throws {
        guard !lines.isEmpty else { return }
        try session.execute(
            """
            insert into coppice.job_log (job_id, attempt, line_no, logged_at, level, message)
            select
                \(lease.job), \(lease.attempt), line_no, clock_timestamp() - make_interval(secs => age), level, message
            from unnest(
                \(lines.map { Int32($0.number) }), \(lines.map { (.now - $0.loggedAt) / .seconds(1) }),
                \(lines.map(\.level)), \(lines.map(\.message))
            ) as line (line_no, age, level, message)
            on conflict do nothing
            """
        )
    }

    func append(_ lines: [JobLog.Line], to lease: JobLease) async throws {
        guard !lines.isEmpty else { return }
        try await pool.withSession { session in
            try Self.append(lines, to: lease, in: session)
        }
    }
}
