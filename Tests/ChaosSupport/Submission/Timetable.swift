internal import Jobs
internal import Postgres

/// Schedules of a run: each is added with three ticks that nobody fired yet, and workers that fail have to fire each once.
struct Timetable: Sendable {
    /// Once a year; the ticks before now are due, and the next one is far away.
    static let cron = "0 0 1 1 *"
    static let firstTick = "2024-01-01 00:00:00+00"

    let pool: PostgresPool
    let count: Int
    /// The schedules come while this many jobs end.
    let jobs: Int

    /// - Parameter finished: how many jobs have ended.
    func run(finished: @Sendable () -> Int) async throws {
        for number in 0..<count {
            while finished() < jobs * number / count { try await Task.sleep(for: .milliseconds(20)) }
            try await insist(on: "yearly-\(number)")
        }
    }

    private func insist(on name: String) async throws {
        while true {
            do {
                return try await pool.withTransaction { session in try Self.add(name, in: session) }
            } catch let error as PostgresError where error.isConnectionLoss || error.isTransactionConflict {
                try await Task.sleep(for: .milliseconds(100))
            } catch let error as JobError where error.code == .invalid {
                // The commit before had taken effect: its name is taken.
                return
            }
        }
    }

    static func add(_ name: String, in session: borrowing Session) throws {
        var schedule = NewSchedule(
            name: name,
            cron: try CronExpression(cron),
            timeZone: "UTC",
            job: JobMix.predicting(rows: 2, with: nil).job
        )
        schedule.missed = .all
        _ = try ScheduleStore.add(schedule, in: session)
        try session.execute(
            "update coppice.schedules set next_tick = \(firstTick)::text::timestamptz where name = \(name)"
        )
    }
}
