internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct KeepJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "See or set how long jobs that ended are kept.",
        discussion: """
            Workers remove what is older, within an hour, as `coppice jobs prune` does: jobs, attempts, logs, submit tokens, \
            workers that are gone, ticks of schedules. Runs, metrics, models and artifacts stay. Nothing is removed unless it \
            is set. Setting it needs the rights of coppice_admin.

            Example: coppice jobs retention 90d
            """
    )

    /// An age, or `off`.
    enum Setting: ExpressibleByArgument {
        case age(DurationArgument)
        case off

        init?(argument: String) {
            if argument == "off" {
                self = .off
            } else if let age = DurationArgument(argument: argument) {
                self = .age(age)
            } else {
                return nil
            }
        }
    }

    @OptionGroup var database: DatabaseOptions

    @Argument(help: ArgumentHelp("1h or longer, such as 90d, or off; without it, shows what is set.", valueName: "age"))
    var setting: Setting?

    func run() async throws {
        let store = QueueStore(pool: try await database.open(program: "coppice jobs", size: 1))
        switch setting {
        case .age(let age): try await store.setHistoryRetention(age.duration)
        case .off: try await store.setHistoryRetention(nil)
        case nil: break
        }
        if let retention = try await store.historyRetention() {
            print("jobs are kept for \(DurationArgument(retention)) after their end")
        } else {
            print("jobs are kept for good")
        }
    }
}
