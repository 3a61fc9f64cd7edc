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
        let connection = try connect(through: relay, limit: .seconds(30))
        try await connection.execute("select 1")
        relay.freeze()
        let error = try await #require(throws: PostgresError.self) { try await connection.execute("select 2") }
        #expect(error.isConnectionLoss)
        #expect(try await connection.execute("select 3") == 1)
    }

    @Test("After a connection of a pool that nobody answers, the idle ones are not waited for in turn")
    func pool() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        var configuration = relay.configuration
        configuration.answerLimit = .seconds(30)
        let pool = PostgresPool(configuration, size: 3)
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<3 { group.addTask { try await pool.execute("select pg_sleep(0.5)") } }
        }
        relay.freeze()
        let error = try await #require(throws: PostgresError.self) { try await pool.execute("select 1") }
        #expect(error.isConnectionLoss)
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<3 { group.addTask { try await pool.execute("select pg_sleep(0.5)") } }
        }
        await pool.close()
    }

    @Test(
        "A cancelled task ends, whether the network loses the request to cancel or the answer to it",
        arguments: [true, false]
    )
    func cancelled(losesRequest: Bool) async throws {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        let connection = PostgresConnection(relay.configuration)
        try await connection.execute("select 1")
        let copying = PostgresConnection(relay.configuration)
        try await copying.execute("select 1")
        let tasks = [
            Task { _ = try await connection.execute("select pg_sleep(600)") },
            Task {
                _ = try await copying.withSession { session in
                    try session.copyOut("copy (select pg_sleep(600)) to stdout") { _ in }
                }
            },
        ]
        // A statement that is not under way yet would end before it reaches the frozen connection, and leave it in place.
        try await testDatabase().waitForSleepers(tasks.count)
        relay.freeze()
        relay.freezeNew(losesRequest)
        for task in tasks { task.cancel() }
        for task in tasks {
            await #expect(throws: PostgresError.self) { try await task.value }
        }
        relay.freezeNew(false)
        #expect(try await connection.execute("select 3") == 1)
        #expect(try await copying.execute("select 3") == 1)
    }

    @Test("A commit that nobody answers is uncertain")
    func commit() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        let connection = try connect(through: relay, limit: .seconds(30))
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
