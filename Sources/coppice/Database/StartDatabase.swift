internal import ArgumentParser
internal import CommandSupport
internal import LocalPostgres
internal import Postgres

struct StartDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the private PostgreSQL, and create it if there is none.",
        discussion: "Every command does this when it has to; here it can be done ahead of time."
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard case .privateCluster(let directory) = try database.location() else { throw notPrivate("start") }
        let configuration = try await LocalCluster(home: directory).start()
        print("PostgreSQL runs: \(configuration.uriWithoutPassword)")
    }
}

struct StopDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the private PostgreSQL; what it stores stays.",
        discussion: "Programs that use it lose their connection: stop the workers first."
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard case .privateCluster(let directory) = try database.location() else { throw notPrivate("stop") }
        let wasRunning = try await LocalCluster(home: directory).stop()
        print(wasRunning ? "PostgreSQL stopped" : "PostgreSQL did not run")
    }
}

private func notPrivate(_ command: String) -> CommandFailure {
    CommandFailure(
        "db \(command): a database is named by --database, DATABASE_URL or PG* variables, and only the private one can be "
            + "started and stopped here; unset them"
    )
}
