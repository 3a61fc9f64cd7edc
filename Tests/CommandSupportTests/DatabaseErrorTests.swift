import ArgumentParser
import CommandSupport
import Postgres
import Testing

@Suite("Exit codes of database errors")
struct DatabaseErrorTests {
    private func error(connectingTo parameters: [String: String]) async throws -> PostgresError {
        let connection = PostgresConnection(PostgresConfiguration(parameters: parameters))
        return try await #require(throws: PostgresError.self) { try await connection.connect() }
    }

    @Test("A server that is not there: 69", .timeLimit(.minutes(10)))
    func unreachable() async throws {
        // Port 1 of this machine: nothing listens there, and being refused takes no time.
        let error = try await error(connectingTo: ["host": "127.0.0.1", "port": "1", "connect_timeout": "5"])
        #expect(error.exitCode == .unavailable)
    }

    @Test("An option of libpq that does not exist: 64")
    func unknownOption() throws {
        let error = try #require(throws: PostgresError.self) { try PostgresConfiguration("hots=db") }
        #expect(error.exitCode == .validationFailure)
    }
}
