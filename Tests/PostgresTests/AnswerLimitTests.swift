import Postgres
import TestSupport
import Testing

@Suite("A network that loses what it takes", .emptyDatabase, .timeLimit(.minutes(5)))
struct AnswerLimitTests {
    private func connect(through relay: Relay, limit: Duration) throws -> PostgresConnection {
        try relay.listen()
        var configuration = relay.configuration
        configuration.answerLimit = limit
        return PostgresConnection(configuration)
    }

    @Test("A statement that nobody answers ends with its connection; the next one has a new one")
    func statement() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        let connection = try connect(through: relay, limit: .seconds(10))
        try await connection.execute("select 1")
        relay.freeze()
        let error = try await #require(throws: PostgresError.self) { try await connection.execute("select 2") }
        #expect(error.isConnectionLoss)
        #expect(try await connection.execute("select 3") == 1)
    }

    @Test("A commit that nobody answers is uncertain")
    func commit() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        let connection = try connect(through: relay, limit: .seconds(10))
        try await connection.execute("create table t (n int)")
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in
                try session.execute("insert into t values (1)")
                relay.freeze()
            }
        }
        #expect(error.code == .commitUncertain)
    }

    @Test("A statement that takes its time within the limit is let be")
    func slow() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        let connection = try connect(through: relay, limit: .seconds(120))
        #expect(try await connection.execute("select pg_sleep(0.2)") == 1)
    }
}
