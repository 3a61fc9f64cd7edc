/// When something is due, as in crontab(5): minute, hour, day of the month, month, day of the week.
///
/// Fields are numbers, names (`jan`, `mon`), ranges, steps and lists of them. As in cron, a day has to match one of day
/// of the month and day of the week when both are restricted, and both of them when one begins with `*`. `@hourly`,
/// `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` stand for the usual expressions.
public struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// As it was given.
    public let description: String
    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// - Throws: `JobError` with code `invalid`: what was given, what is allowed.
    public init(_ text: String) throws(JobError) {
        description = text
        if text.hasPrefix("@"), Self.nicknames[text.lowercased()] == nil {
            throw JobError(
                .invalid,
                "'\(text)' is not known: give one of \(Self.nicknames.keys.sorted().joined(separator: ", ")), or five fields"
            )
        }
        let fields = (Self.nicknames[text.lowercased()] ?? text).split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw JobError(
                .invalid,
                "'\(text)' has \(fields.count) fields: give minute, hour, day of the month, month and day of the week, such as '0 3 * * mon-fri'"
            )
        }
        minutes = try CronField(fields[0], .minute)
        hours = try CronField(fields[1], .hour)
        days = try CronField(fields[2], .day)
        months = try CronField(fields[3], .month)
        weekdays = try CronField(fields[4], .weekday)
        guard next(notBefore: WallMinute(0)) != nil else {
            throw JobError(.invalid, "'\(text)' never comes: no such month has such a day")
        }
    }

    /// Whether it repeats through the day: its hours begin with `*`. Such an expression follows the time that passes
    /// where the clocks change; any other the clock on the wall.
    var repeatsThroughTheDay: Bool { hours.isStar }

    /// The first minute on the wall that it names, `minute` included; nil: there is none in 400 years, when the calendar
    /// begins anew.
    func next(notBefore minute: WallMinute) -> WallMinute? {
        var date = minute.date
        if matches(date), let time = nextTime(from: minute.minuteOfDay) {
            return WallMinute(date: date, minuteOfDay: time)
        }
        guard let first = nextTime(from: 0) else { return nil }
        let end = date.year + 400
        while date.year <= end {
            date = months.contains(date.month) ? date.nextDay : date.nextMonth
            if matches(date) { return WallMinute(date: date, minuteOfDay: first) }
        }
        return nil
    }

    private func matches(_ date: CivilDate) -> Bool {
        guard months.contains(date.month) else { return false }
        let (day, weekday) = (days.contains(date.day), weekdays.contains(date.weekday))
        return days.isStar || weekdays.isStar ? day && weekday : day || weekday
    }

    private func nextTime(from minuteOfDay: Int) -> Int? {
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        if hours.contains(hour), let minute = minutes.first(from: minute) { return hour * 60 + minute }
        guard let hour = hours.first(from: hour + 1), let minute = minutes.first(from: 0) else { return nil }
        return hour * 60 + minute
    }
}
