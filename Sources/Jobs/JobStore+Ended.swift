public import FoundationEssentials
internal import Postgres

/// How many jobs ended in a span of time.
public struct EndedSpan: Sendable, Equatable {
    public let start: Date
    public let succeeded: Int
    public let failed: Int

    public init(start: Date, succeeded: Int, failed: Int) {
        self.start = start
        self.succeeded = succeeded
        self.failed = failed
    }
}

extension JobStore {
    /// How many jobs ended from one instant to before another, by spans that begin at multiples of `span`, the oldest first.
    /// Spans in which none ended are left out.
    ///
    /// Reads what ended in that time: ask for little at once, and keep what does not change any more.
    public func ended(from start: Date, to end: Date, every span: Duration) async throws -> [EndedSpan] {
        try await pool.withSession { session in
            try session.execute(
                """
                select date_bin(\(span), finished_at, timestamptz 'epoch') as start,
                    count(*) filter (where state = 'succeeded') as succeeded,
                    count(*) filter (where state = 'failed') as failed
                from coppice.finished_jobs
                where finished_at >= \(start) and finished_at < \(end)
                group by 1
                order by 1
                """
            ).map { row in
                EndedSpan(
                    start: try row.date("start"),
                    succeeded: try row.int("succeeded"),
                    failed: try row.int("failed")
                )
            }
        }
    }

    /// The time by which jobs end: that of the database.
    public func databaseTime() async throws -> Date {
        try await pool.withSession { session in try session.execute("select clock_timestamp()")[0].date(0) }
    }
}
