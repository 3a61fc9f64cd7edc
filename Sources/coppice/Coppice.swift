internal import ArgumentParser
internal import CommandSupport

@main
struct Coppice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coppice",
        abstract: "Look at and operate the store: its database, jobs, runs, models and artifacts.",
        discussion: """
            Everything is in one PostgreSQL database. Commands find it through --database, DATABASE_URL or the PG* \
            variables; when none of them is set, a private PostgreSQL in .coppice is started and used.

            Queue work with `submit`, do it with `worker`.
            """,
        version: CoppiceVersion.current,
        subcommands: [
            Database.self, JobCommands.self, QueueCommands.self, ScheduleCommands.self, WorkerCommands.self,
            RunCommands.self,
            ExperimentCommands.self, ModelCommands.self, ArtifactCommands.self, ServerCommand.self, TokenCommands.self,
        ]
    )

    static func main() async { await runProgram(mayBlock: false) }
}
