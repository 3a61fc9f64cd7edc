public import FoundationEssentials
internal import Postgres

extension ScheduleStore {
    /// Forgets a schedule; jobs that it queued stay. Throws `JobError` with code `notFound`.
    public func remove(_ name: String) async throws {
        try await change(name, "select coppice.remove_schedule(\(name))")
    }

    /// Fires no ticks until it is resumed. Pausing twice keeps the first time. Throws `JobError` with code `notFound`.
    public func pause(_ name: String) async throws {
        try await change(name, "select coppice.pause_schedule(\(name))")
    }

    /// Goes on with the first tick that is still to come; those of the pause are not fired.
    ///
    /// Returns when that is. Throws `JobError` with code `notFound`.
    public func resume(_ name: String) async throws -> Date {
        try await pool.withTransaction { session in
            let rows = try session.execute("select cron, time_zone from coppice.schedules where name = \(name)")
            guard let row = rows.first else { throw Self.notFound(name) }
            let cron = try CronExpression(try row.string("cron"))
            let next = try Self.nextTick(of: cron, in: try row.string("time_zone"), session)
            try session.execute("select coppice.resume_schedule(\(name), \(next))")
            return try session.execute("select next_tick from coppice.schedules where name = \(name)")[0]
                .date("next_tick")
        }
    }

    private func change(_ name: String, _ statement: SQL) async throws {
        let exists = try await pool.withSession { session in try session.execute(statement)[0].bool(0) }
        guard exists else { throw Self.notFound(name) }
    }
}
