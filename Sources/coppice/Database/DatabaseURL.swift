internal import ArgumentParser
internal import CommandSupport
internal import Postgres

struct DatabaseURL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "url",
        abstract: "Print how to reach the database, for other programs.",
        discussion: """
            A URL without its password. The private PostgreSQL is started if it does not run.

            Example: psql "$(coppice db url)"
            """
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        print(try await database.configuration(program: "coppice db url").uriWithoutPassword)
    }
}
