import Foundation
import Postgres
import TestSupport
import Testing

@Suite("coppice", .timeLimit(.minutes(10)))
struct CoppiceTests {
    private func coppice(_ arguments: String..., url: String? = nil) async throws -> Program.Outcome {
        let environment = try ["DATABASE_URL": url ?? testDatabase().url]
        return try await Program(name: "coppice", environment: environment).run(arguments)
    }

    @Test("A migrated database is fit for use", .database)
    func status() async throws {
        let outcome = try await coppice("db", "status", "--json")
        #expect(outcome.status == 0)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let migrations = try #require(object["migrations"] as? [[String: Any]])
        #expect(!migrations.isEmpty)
        #expect(migrations.allSatisfy { $0["state"] as? String == "applied" })
    }

    @Test("An empty database is refused until it is migrated", .emptyDatabase)
    func migrate() async throws {
        try await coppice("jobs", "list").expectError(status: 69, "coppice db migrate")
        let migration = try await coppice("db", "migrate")
        #expect(migration.status == 0)
        #expect(migration.output.hasPrefix("applied 0001_"))
        #expect(try await coppice("db", "migrate").output == "up to date\n")
        #expect(try await coppice("jobs", "list").status == 0)
    }

    @Test("A database that is newer than the program is refused", .database)
    func tooNew() async throws {
        let connection = try testDatabase().connect()
        try await connection.withSession { session in
            _ = try session.execute(
                "insert into coppice.schema_migrations (version, name, checksum) values (9999, 'from_the_future', 'x')"
            )
        }
        try await coppice("jobs", "list").expectError(status: 69, "9999_from_the_future", "use a newer Coppice")
    }

    @Test("A server that does not answer is named, and the password is not")
    func unreachable() async throws {
        let url = "postgresql://joe:hunter2@127.0.0.1:1/forest"
        let outcome = try await coppice("jobs", "list", url: url)
        outcome.expectError(status: 69, "127.0.0.1")
        #expect(!outcome.errors.contains("hunter2"))
    }

    @Test("A connection string that cannot be read is the user's mistake")
    func brokenURL() async throws {
        try await coppice("jobs", "list", url: "host=db prot=1").expectError(status: 64, "DATABASE_URL")
    }

    @Test(
        "What does not exist is named, with the command that lists what does",
        .database,
        arguments: [
            (["jobs", "show", "404"], "coppice jobs list"), (["jobs", "logs", "404"], "coppice jobs list"),
            (["jobs", "cancel", "404"], "coppice jobs list"), (["jobs", "retry", "404"], "coppice jobs list"),
            (["queues", "pause", "nihgt"], "coppice queues list"),
        ]
    )
    func missing(arguments: [String], hint: String) async throws {
        let environment = try ["DATABASE_URL": testDatabase().url]
        try await Program(name: "coppice", environment: environment).run(arguments).expectError(status: 64, hint)
    }

    @Test(
        "Lists of nothing are empty objects",
        .database,
        arguments: [("jobs", #"{"jobs":[]}"#), ("workers", #"{"workers":[]}"#)]
    )
    func emptyLists(list: String, json: String) async throws {
        let outcome = try await coppice(list, "list", "--json")
        #expect(outcome.status == 0)
        #expect(outcome.output == json + "\n")
    }

    @Test("psql finds the views without a schema in front", .database)
    func psql() async throws {
        let outcome = try await coppice("db", "psql", "--", "-At", "-c", "select count(*) from run_history")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "0\n")
    }

    @Test("The private cluster cannot be stopped in the place of a named one", arguments: ["start", "stop"])
    func namedDatabase(command: String) async throws {
        try await coppice("db", command, url: "host=/nowhere").expectError(status: 64, "private")
    }
}
