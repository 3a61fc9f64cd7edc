internal import FoundationEssentials
internal import Postgres

/// What a round of firing schedules came to.
struct FiredTicks: Sendable {
    /// How many jobs were queued, and in which queues.
    var jobs = 0
    var queues: Set<String> = []
    /// What could not be done, one sentence a schedule.
    var problems: [String] = []
}

extension ScheduleStore {
    private struct Due: Sendable {
        let id: Int64
        let name: String
        let cron: String
        let timeZone: String
        let missed: MissedTicks
        let tick: Date
        let now: Date
    }

    /// Queues the jobs of all ticks that are due; any worker, any time: each tick is queued once.
    ///
    /// - Throws: `PostgresError` if the schedules cannot be read. What is wrong with one of them is among the problems,
    ///   and does not keep the others.
    func fireDue(limit: Int = 100) async throws -> FiredTicks {
        var fired = FiredTicks()
        for schedule in try await due(limit: limit) {
            do {
                try await fire(schedule, into: &fired)
            } catch let error as PostgresError where error.isConnectionLoss {
                throw error
            } catch {
                fired.problems.append("schedule \(schedule.name): \(error)")
            }
        }
        return fired
    }

    private func due(limit: Int) async throws -> [Due] {
        try await pool.withSession { session in
            try session.execute(
                """
                select schedule_id, name, cron, time_zone, missed, next_tick, clock_timestamp() as now
                from coppice.schedules
                where paused_at is null and next_tick <= clock_timestamp()
                order by next_tick
                limit \(limit)
                """
            ).map { row in
                Due(
                    id: try row.int64("schedule_id"),
                    name: try row.string("name"),
                    cron: try row.string("cron"),
                    timeZone: try row.string("time_zone"),
                    missed: MissedTicks(rawValue: try row.string("missed")) ?? .last,
                    tick: try row.date("next_tick"),
                    now: try row.date("now")
                )
            }
        }
    }

    private func fire(_ schedule: Due, into fired: inout FiredTicks) async throws {
        let ticks = try await pool.withSession { session in
            let cron = try CronExpression(schedule.cron)
            let offsets = try Self.offsets(
                of: schedule.timeZone,
                for: cron,
                from: schedule.tick,
                to: schedule.now,
                in: session
            )
            let plan = TickPlan(
                from: schedule.tick,
                now: schedule.now,
                missed: schedule.missed,
                of: cron,
                in: offsets
            )
            return try session.execute(
                """
                select tick, job_id, queue, error
                from coppice.fire_schedule(
                    \(schedule.id), \(schedule.tick), \(plan.fired), \(Int64(plan.skipped)), \(plan.next)
                )
                """
            ).map { row in
                (
                    tick: try row.date("tick"), job: try row.int64OrNil("job_id"), queue: try row.string("queue"),
                    error: try row.stringOrNil("error")
                )
            }
        }
        for tick in ticks {
            if tick.job != nil {
                fired.jobs += 1
                fired.queues.insert(tick.queue)
            } else {
                let due = tick.tick.formatted(.iso8601)
                fired.problems.append(
                    "schedule \(schedule.name): its tick of \(due) was not queued: \(tick.error ?? "")"
                )
            }
        }
    }
}
