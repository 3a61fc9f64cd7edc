internal import FoundationEssentials

/// What becomes of ticks that nobody fired in time: no worker ran, or the database was away.
public enum MissedTicks: String, Sendable, CaseIterable, Codable {
    /// They are left out.
    case skip
    /// The latest one is fired, once, however many were missed.
    case last
    /// Each one is fired.
    case all
}

/// Which ticks of a schedule are fired now, and when the next one is due.
struct TickPlan: Sendable, Equatable {
    /// Oldest first.
    var fired: [Date] = []
    /// How many are left out.
    var skipped = 0
    /// The first that is not dealt with here; nil: it never comes.
    var next: Date?

    /// A tick is in time for so long: workers look every second, and a failover takes some.
    static let punctual: TimeInterval = 60
    /// At most as many at a time; the next round goes on.
    static let limit = 100

    /// - Parameters:
    ///   - first: the tick that is due.
    ///   - now: by the database's clock.
    init(
        from first: Date,
        now: Date,
        missed: MissedTicks,
        of cron: CronExpression,
        in offsets: TimeZoneOffsets
    ) {
        var due: Date? = first
        while let tick = due, tick <= now {
            let isLate = now.timeIntervalSince(tick) > Self.punctual
            switch missed {
            case .all:
                guard fired.count < Self.limit else {
                    next = tick
                    return
                }
                fired.append(tick)
            case .last:
                skipped += fired.count
                fired = [tick]
            case .skip where isLate: skipped += 1
            case .skip: fired.append(tick)
            }
            due = offsets.next(cron, after: tick)
        }
        next = due
    }
}
