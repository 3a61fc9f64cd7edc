import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct CancellationTests {
    /// Returns once a statement with this text runs in the current test's database.
    private func waitUntilRunning(_ text: String) async throws {
        let connection = try testDatabase().connect()
        var isRunning = false
        while !isRunning {
            isRunning = try await connection.withSession { session in
                try session.execute(
                    """
                    select exists (
                        select from pg_stat_activity
                        where datname = current_database() and state = 'active' and query like \("%\(text)%")
                            and pid <> pg_backend_pid()
                    )
                    """
                ).bool(0, 0)
            }
        }
    }

    @Test("Cancelling the task stops its statement, and the connection goes on")
    func stops() async throws {
        let connection = try testDatabase().connect()
        let task = Task { try await connection.execute("select pg_sleep(600)") }
        try await waitUntilRunning("pg_sleep")
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.sqlState == .queryCanceled)
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("A cancelled transaction is rolled back")
    func rollsBack() async throws {
        let connection = try testDatabase().connect()
        try await connection.execute("create table t (n int)")
        let task = Task {
            try await connection.withTransaction { session in
                try session.execute("insert into t values (1)")
                try session.execute("select pg_sleep(600)")
            }
        }
        try await waitUntilRunning("pg_sleep")
        task.cancel()
        await #expect(throws: PostgresError.self) { try await task.value }
        #expect(try await connection.execute("select from t") == 0)
    }

    @Test("A task that is cancelled before its turn sends nothing")
    func beforeTurn() async throws {
        let connection = try testDatabase().connect()
        try await connection.execute("create table t (n int)")
        let first = Task { try await connection.execute("select pg_sleep(600)") }
        try await waitUntilRunning("pg_sleep")
        let second = Task { try await connection.execute("insert into t values (1)") }
        second.cancel()
        first.cancel()
        let error = await #expect(throws: PostgresError.self) { try await second.value }
        #expect(error?.code == .cancelled)
        _ = await first.result
        #expect(try await connection.execute("select from t") == 0)
    }

    @Test("A statement timeout is the server's doing")
    func timeout() async throws {
        let error = try await #require(throws: PostgresError.self) {
            try await testDatabase().connect().withSession { session in
                try session.execute("set statement_timeout = 1")
                try session.execute("select pg_sleep(600)")
            }
        }
        #expect(error.code == .server)
        #expect(error.sqlState == .queryCanceled)
    }

    @Test("A late request does not hit the next statement")
    func late() async throws {
        let connection = try testDatabase().connect()
        for _ in 0..<200 {
            let task = Task { try await connection.execute("select 1") }
            task.cancel()
            _ = await task.result
            #expect(try await connection.execute("select 2") == 1)
        }
    }
}
