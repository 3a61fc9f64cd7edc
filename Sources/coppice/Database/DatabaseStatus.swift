internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Schema

struct DatabaseStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where the database is, and whether its schema is that of this program.",
        discussion: """
            Ends with 0 when programs of this version can work with it, with 69 when it cannot be reached or needs \
            `coppice db migrate`: good for health checks.

            Example: coppice db status --json
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let connection = PostgresConnection(try await database.configuration(program: "coppice db status"))
        let server = try await connection.withSession { session in
            Server(name: session.databaseName, version: session.serverVersion)
        }
        let states = try await Migrator().status(connection)
        if output.json {
            json(server, states).print()
        } else {
            print("database \(server.name) on PostgreSQL \(server.versionText)")
            var table = TextTable([.init("migration"), .init("state")])
            for state in states { table.add([state.label, describe(state.status)]) }
            table.print(empty: "no migrations")
        }
        try await Migrator().check(connection)
    }

    private struct Server: Sendable {
        let name: String
        /// As libpq counts it: 150020.
        let version: Int

        var versionText: String { "\(version / 10_000).\(version % 10_000)" }
    }

    private func describe(_ status: MigrationState.Status) -> String {
        switch status {
        case .pending: "pending"
        case .applied(let date): "applied \(HumanReadable.timestamp(date))"
        case .changed: "applied with another text"
        case .unknown: "unknown to this program"
        }
    }

    private func json(_ server: Server, _ states: [MigrationState]) -> JSON {
        [
            "database": .string(server.name),
            "server_version": .string(server.versionText),
            "migrations": .array(
                states.map { state in
                    let (name, date): (JSON, JSON) =
                        switch state.status {
                        case .pending: ("pending", .null)
                        case .applied(let date): ("applied", .date(date))
                        case .changed(let date): ("changed", .date(date))
                        case .unknown(let date): ("unknown", .date(date))
                        }
                    return [
                        "version": .int(state.version), "name": .string(state.name), "state": name, "applied_at": date,
                    ]
                }
            ),
        ]
    }
}
