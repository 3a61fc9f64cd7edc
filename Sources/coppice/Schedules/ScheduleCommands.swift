internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct ScheduleCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "Queue jobs at set times: retrain every night, predict every hour.",
        subcommands: [
            AddSchedule.self, ListSchedules.self, RemoveSchedule.self, PauseSchedule.self, ResumeSchedule.self,
        ]
    )
}

struct RemoveSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a schedule; jobs that it queued stay.",
        discussion: "Example: coppice schedules remove nightly"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Name of the schedule.")
    var name: String

    func run() async throws {
        try await ScheduleStore(pool: try await database.open(program: "coppice schedules", size: 1)).remove(name)
        print("schedule \(name): removed")
    }
}

struct PauseSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Queue nothing until the schedule is resumed.",
        discussion: "Example: coppice schedules pause nightly"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Name of the schedule.")
    var name: String

    func run() async throws {
        try await ScheduleStore(pool: try await database.open(program: "coppice schedules", size: 1)).pause(name)
        print("schedule \(name): paused; `coppice schedules resume \(name.shellWord)` goes on")
    }
}

struct ResumeSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a paused schedule; ticks of the pause are left out.",
        discussion: "Example: coppice schedules resume nightly"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Name of the schedule.")
    var name: String

    func run() async throws {
        let store = ScheduleStore(pool: try await database.open(program: "coppice schedules", size: 1))
        let next = try await store.resume(name)
        print("schedule \(name): due at \(HumanReadable.timestamp(next)), \(HumanReadable.relative(next))")
    }
}
