internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Schema

struct MigrateDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to this version.",
        discussion: """
            Applies what is missing, each migration in a transaction; run it before newer workers start. Doing it twice, or \
            on two machines at once, is safe.

            Example: coppice db migrate --database postgresql://owner@db.example.org/forests
            """
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let connection = PostgresConnection(try await database.configuration(program: "coppice db migrate"))
        let applied = try await Migrator().migrate(connection)
        for migration in applied { print("applied \(migration.label)") }
        if applied.isEmpty { print("up to date") }
    }
}
