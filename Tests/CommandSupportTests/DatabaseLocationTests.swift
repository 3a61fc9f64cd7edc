import ArgumentParser
import Postgres
import Testing

@testable import CommandSupport

@Suite("Finding the database")
struct DatabaseLocationTests {
    private func find(_ option: String? = nil, _ environment: [String: String] = [:]) throws -> DatabaseLocation {
        try DatabaseLocation.find(option: option) { environment[$0] }
    }

    @Test("--database wins over DATABASE_URL, and that over PG* variables")
    func order() throws {
        let environment = ["DATABASE_URL": "postgresql://url/a", "PGHOST": "pg"]
        #expect(try find("host=option", environment) == .named(PostgresConfiguration(parameters: ["host": "option"])))
        #expect(
            try find(nil, environment) == .named(PostgresConfiguration(parameters: ["host": "url", "dbname": "a"]))
        )
    }

    @Test("A PG* variable that names a server leaves the rest to libpq", arguments: DatabaseLocation.namingVariables)
    func variables(name: String) throws {
        #expect(try find(nil, [name: "x"]) == .named(PostgresConfiguration(parameters: [:])))
    }

    @Test("Nothing named, or only empty variables or a password: the private cluster")
    func privateCluster() throws {
        #expect(try find() == .privateCluster(directory: ".coppice"))
        #expect(
            try find(nil, ["DATABASE_URL": "", "PGHOST": "", "PGPASSWORD": "x"])
                == .privateCluster(directory: ".coppice")
        )
        #expect(try find(nil, ["COPPICE_HOME": "/srv/coppice"]) == .privateCluster(directory: "/srv/coppice"))
    }

    @Test(
        "A connection string that cannot be read is the user's mistake, and its password stays hidden",
        arguments: ["", "postgresql://joe:hunter2@host:port/db", "password=hunter2 host", "nonsense"]
    )
    func broken(text: String) throws {
        let error = try #require(throws: CommandFailure.self) { try find(text) }
        #expect(error.exitCode == .validationFailure)
        #expect(error.description.hasPrefix("--database: "))
        #expect(!error.description.contains("hunter2"))
    }

    @Test("A URI that may be shown has everything but the password")
    func display() throws {
        let configuration = try PostgresConfiguration(
            "postgresql://joe:hunter2@db.example.org:5433/forest?sslmode=require"
        )
        #expect(
            configuration.uriWithoutPassword
                == "postgresql:///forest?host=db.example.org&port=5433&sslmode=require&user=joe"
        )
    }
}
