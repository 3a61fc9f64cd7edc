internal import ArgumentParser

struct Database: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Set up, start, stop and query the database.",
        subcommands: [
            MigrateDatabase.self, DatabaseStatus.self, DatabaseURL.self, StartDatabase.self, StopDatabase.self,
            Psql.self,
        ]
    )
}
