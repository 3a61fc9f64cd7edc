internal import FoundationEssentials
public import Postgres

/// The table of schedules.
public struct ScheduleStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// There is no schedule of this name.
    static func notFound(_ name: String) -> JobError {
        JobError(
            .notFound,
            "schedule '\(name)': there is no such schedule; 'coppice schedules list' shows those there are"
        )
    }

    /// The offsets of `timeZone` for everything that `cron` may need between `start` and its next time after `end`.
    static func offsets(
        of timeZone: String,
        for cron: CronExpression,
        from start: Date,
        to end: Date,
        in session: borrowing Session
    ) throws -> TimeZoneOffsets {
        let day: TimeInterval = 86_400
        // The clocks of no zone are a day away from UTC.
        let wall = WallMinute(Int(end.timeIntervalSince1970 + day).flooredQuotient(by: 60))
        let next = cron.next(notBefore: wall).map { Date(timeIntervalSince1970: Double($0.minutes * 60)) }
        let rows = try session.execute(
            """
            select extract(epoch from starts_at)::bigint as start, seconds
            from coppice.time_zone_offsets(
                \(timeZone), \(start.addingTimeInterval(-day)), \((next ?? end).addingTimeInterval(2 * day))
            )
            """
        )
        return TimeZoneOffsets(
            try rows.map { row in .init(start: try row.int("start"), seconds: try row.int("seconds")) }
        )
    }
}
