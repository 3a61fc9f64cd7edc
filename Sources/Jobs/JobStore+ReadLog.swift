public import FoundationEssentials
internal import Postgres

/// A line that an attempt at a job logged.
public struct JobLogLine: Sendable, Equatable {
    public let attempt: Int
    /// Counted from 1 within the attempt.
    public let number: Int
    public let loggedAt: Date
    public let level: String
    public let message: String
}

extension JobStore {
    /// Where reading a log goes on.
    public struct LogPosition: Sendable, Equatable {
        public var attempt: Int
        public var number: Int

        public init(attempt: Int, number: Int) {
            self.attempt = attempt
            self.number = number
        }

        /// Before everything.
        public static let start = LogPosition(attempt: 0, number: 0)
    }

    /// Lines of a job's log after `position`, in order.
    /// - Parameter attempt: Only of this attempt; nil for all.
    public func log(
        of job: Job.ID,
        attempt: Int? = nil,
        after position: LogPosition = .start,
        limit: Int = 1000
    ) async throws -> [JobLogLine] {
        try await pool.withSession { session in
            try session.execute(
                """
                select attempt, line_no, logged_at, level, message
                from coppice.job_log
                where job_id = \(job)
                    and (attempt, line_no) > (\(position.attempt)::integer, \(position.number)::integer)
                    and (\(attempt)::integer is null or attempt = \(attempt)::integer)
                order by attempt, line_no
                limit \(limit)
                """
            ).map { row in try JobLogLine(row) }
        }
    }
}

extension JobLogLine {
    init(_ row: Row) throws {
        self.init(
            attempt: try row.int("attempt"),
            number: try row.int("line_no"),
            loggedAt: try row.date("logged_at"),
            level: try row.string("level"),
            message: try row.string("message")
        )
    }
}
