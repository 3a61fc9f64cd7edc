internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct ListSchedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the schedules: when each is due, and what came of it last.",
        discussion: """
            The view schedule_history has every tick.

            Example: coppice schedules list --json
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
        let store = ScheduleStore(pool: try await database.open(program: "coppice schedules", size: 1))
        let schedules = try await store.list(limit: list.limit)
        if list.json {
            JSON.object([.init("schedules", .array(schedules.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("schedule", shrinks: true), .init("cron"), .init("time zone"), .init("missed"), .init("next"),
            .init("last"), .init("job"), .init("skipped", .right), .init("queues", shrinks: true),
        ])
        for schedule in schedules {
            table.add([
                schedule.name, schedule.cron, schedule.timeZone, schedule.missed.rawValue,
                schedule.nextTick.map { HumanReadable.relative($0) }
                    ?? schedule.pausedAt.map { "paused \(HumanReadable.relative($0))" },
                schedule.lastTick.map { HumanReadable.relative($0) }, schedule.lastJobText, String(schedule.skipped),
                schedule.arguments.shellCommand,
            ])
        }
        list.print(table, empty: "No schedules yet. `coppice schedules add` makes one.")
    }
}

extension ScheduleSummary {
    /// `12 succeeded`, or that there was none.
    fileprivate var lastJobText: String? {
        if lastError != nil { return "refused" }
        return lastJob.map { "\($0) \(lastState ?? "pruned")" }
    }

    fileprivate var json: JSON {
        [
            "name": .string(name),
            "cron": .string(cron),
            "time_zone": .string(timeZone),
            "missed": .string(missed.rawValue),
            "kind": .string(kind),
            "queue": .string(queue),
            "arguments": .array(arguments.map(JSON.string)),
            "next_tick": .date(nextTick),
            "paused_at": .date(pausedAt),
            "paused_by": .text(pausedBy),
            "skipped": .int(skipped),
            "created_at": .date(createdAt),
            "created_by": .string(createdBy),
            "last_tick": .date(lastTick),
            "last_job": .int(lastJob?.rawValue),
            "last_state": .text(lastState),
            "last_error": .text(lastError),
        ]
    }
}
