internal import ArgumentParser
internal import CommandSupport
internal import Glibc
internal import Postgres

struct Psql: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "psql",
        abstract: "Open psql on the database.",
        discussion: """
            What follows -- goes to psql. Names need no schema: its search path begins with coppice.

            Example: coppice db psql -- -c "select job_id, state, ran from job_history"
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(parsing: .postTerminator, help: "What to tell psql.")
    var arguments: [String] = []

    func run() async throws {
        let configuration = try await database.configuration(program: "coppice db psql")
        // The password goes through the environment: arguments are visible to everyone on the machine.
        if let password = configuration["password"] { setenv("PGPASSWORD", password, 1) }
        if getenv("PGOPTIONS") == nil, configuration["options"] == nil {
            setenv("PGOPTIONS", "-c search_path=coppice,public", 1)
        }
        let url = configuration.uriWithoutPassword
        let words = ["psql", "--dbname", url] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        execvp("psql", &pointers)
        throw CommandFailure(
            "psql: \(String(cString: strerror(errno))); install the package 'postgresql-client'",
            exitCode: .unavailable
        )
    }
}
