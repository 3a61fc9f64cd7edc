public import FoundationEssentials
public import Postgres

extension ScheduleStore {
    /// Adds a schedule, as part of a transaction.
    ///
    /// - Returns: when it is due first.
    /// - Throws: `JobError` with code `invalid` for a name that is taken or has another form, or an unknown time zone.
    public static func add(_ schedule: NewSchedule, in session: borrowing Session) throws -> Date {
        guard schedule.name.wholeMatch(of: /[A-Za-z0-9_.\-]{1,100}/) != nil else {
            throw JobError(
                .invalid,
                "'\(schedule.name)' is not a schedule's name: use letters, digits, '_', '.' and '-', 100 at most"
            )
        }
        let timeZone = try canonicalName(of: schedule.timeZone, in: session)
        let next = try nextTick(of: schedule.cron, in: timeZone, session)
        do {
            try session.execute(
                """
                select coppice.add_schedule(
                    \(schedule.name), \(schedule.cron.description), \(timeZone), \(schedule.missed.rawValue),
                    \(JobStore.wire(schedule.job)), \(schedule.parts.isEmpty ? nil : JobStore.wire(schedule.parts)),
                    \(schedule.drawnSeeds), \(schedule.arguments), \(next)
                )
                """
            )
        } catch let error as PostgresError {
            throw JobError(error) ?? error
        }
        return next
    }

    /// The first tick after now, by the database's clock.
    static func nextTick(of cron: CronExpression, in timeZone: String, _ session: borrowing Session) throws -> Date {
        let now = try session.execute("select clock_timestamp() as now")[0].date("now")
        let offsets = try offsets(of: timeZone, for: cron, from: now, to: now, in: session)
        guard let next = offsets.next(cron, after: now) else {
            throw JobError(.invalid, "'\(cron)' never comes: no such month has such a day")
        }
        return next
    }

    /// The spelling of the server, which knows the zones' rules.
    private static func canonicalName(of timeZone: String, in session: borrowing Session) throws -> String {
        let found = try session.execute(
            "select name from pg_timezone_names where lower(name) = lower(\(timeZone)) limit 1"
        )
        if let row = found.first { return try row.string("name") }
        let place = timeZone.split(separator: "/").last.map(String.init) ?? timeZone
        let similar = try session.execute(
            """
            select name from pg_timezone_names
            where name ~ '^[A-Z][a-z]+/' and position(lower(\(place)) in lower(name)) > 0
            order by name limit 3
            """
        ).map { row in try row.string("name") }
        let hint = similar.isEmpty ? "such as UTC or Europe/Berlin" : "such as \(similar.joined(separator: ", "))"
        throw JobError(.invalid, "the server knows no time zone '\(timeZone)': give one of pg_timezone_names, \(hint)")
    }
}
