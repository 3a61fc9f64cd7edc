internal import FoundationEssentials

/// How far the clocks of a time zone are ahead of UTC, for a stretch of time; PostgreSQL says it, so that all workers go
/// by one set of rules.
struct TimeZoneOffsets: Sendable, Hashable {
    struct Period: Sendable, Hashable {
        /// When the offset comes into force, in seconds since 1970.
        let start: Int
        /// Ahead of UTC.
        let seconds: Int
    }

    /// In order of time; the first one also holds for what was before it, the last one for all that follows.
    private let periods: [Period]

    init(_ periods: [Period]) {
        precondition(!periods.isEmpty, "a time zone has an offset")
        self.periods = periods
    }

    /// The first time after `instant` at which `cron` is due; both in seconds since 1970.
    ///
    /// Where the clocks change: an expression that repeats through the day goes by the time that passes, so that
    /// `*/15 * * * *` comes every quarter of an hour, also in the hour that comes twice. Any other goes by the clock on
    /// the wall and comes once a day that it names: a time that the clocks skip comes when they have skipped it, a time
    /// that comes twice counts the first time.
    func next(_ cron: CronExpression, after instant: Int) -> Int? {
        cron.repeatsThroughTheDay ? nextPassing(cron, after: instant) : nextOnTheWall(cron, after: instant)
    }

    func next(_ cron: CronExpression, after instant: Date) -> Date? {
        // Fractions of a second lie after their second; ticks are whole minutes.
        next(cron, after: Int(instant.timeIntervalSince1970.rounded(.down)))
            .map { Date(timeIntervalSince1970: Double($0)) }
    }

    private func nextPassing(_ cron: CronExpression, after instant: Int) -> Int? {
        for index in periods.indices where end(of: index) > instant + 1 {
            let period = periods[index]
            let earliest = index == 0 ? instant + 1 : max(instant + 1, period.start)
            let wall = -(-(earliest + period.seconds)).flooredQuotient(by: 60)
            guard let due = cron.next(notBefore: WallMinute(wall)) else { return nil }
            let found = due.minutes * 60 - period.seconds
            if found < end(of: index) { return found }
        }
        return nil
    }

    private func nextOnTheWall(_ cron: CronExpression, after instant: Int) -> Int? {
        let period = periods.last { $0.start <= instant } ?? periods[0]
        var wall = WallMinute((instant + period.seconds).flooredQuotient(by: 60))
        // Times on the wall never come in another order, so this walks through a repeated hour at most.
        while let due = cron.next(notBefore: wall.next) {
            let found = self.instant(of: due)
            if found > instant { return found }
            wall = due
        }
        return nil
    }

    /// When a clock shows `wall` for the first time; if it skips that time, when it has.
    private func instant(of wall: WallMinute) -> Int {
        for index in periods.indices {
            let found = wall.minutes * 60 - periods[index].seconds
            if found < end(of: index) { return index == 0 ? found : max(found, periods[index].start) }
        }
        return wall.minutes * 60 - periods[periods.count - 1].seconds
    }

    private func end(of index: Int) -> Int {
        index + 1 < periods.count ? periods[index + 1].start : .max
    }
}
