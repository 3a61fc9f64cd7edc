import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct TransactionTests {
    private struct Abort: Error {}

    private func prepared() async throws -> PostgresConnection {
        let connection = try testDatabase().connect()
        try await connection.execute("create table t (n int primary key)")
        return connection
    }

    private func count(_ connection: PostgresConnection) async throws -> Int {
        try await connection.withSession { session in try session.execute("select count(*) from t").int(0, 0) }
    }

    @Test("What a transaction did stays if it returns")
    func commit() async throws {
        let connection = try await prepared()
        try await connection.withTransaction { session in
            try session.execute("insert into t values (1)")
            try session.execute("insert into t values (2)")
        }
        #expect(try await count(connection) == 2)
    }

    @Test("Nothing stays if it throws")
    func rollback() async throws {
        let connection = try await prepared()
        await #expect(throws: Abort.self) {
            try await connection.withTransaction { session in
                try session.execute("insert into t values (1)")
                throw Abort()
            }
        }
        #expect(try await count(connection) == 0)
    }

    @Test("An error that was ignored does not become a commit")
    func swallowed() async throws {
        let connection = try await prepared()
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in
                try session.execute("insert into t values (1)")
                _ = try? session.execute("insert into t values (1)")
            }
        }
        #expect(error.sqlState == .inFailedTransaction)
        #expect(try await count(connection) == 0)
    }

    @Test("A savepoint undoes its own part alone")
    func savepoint() async throws {
        let connection = try await prepared()
        try await connection.withTransaction { session in
            try session.execute("insert into t values (1)")
            _ = try? session.withSavepoint { inner in
                try inner.execute("insert into t values (2)")
                try inner.execute("insert into t values (1)")
            }
            try session.withSavepoint { inner in try inner.execute("insert into t values (3)") }
        }
        #expect(try await count(connection) == 2)
    }

    @Test("A transaction that a session leaves open is rolled back")
    func leftOpen() async throws {
        let connection = try await prepared()
        try await connection.withSession { session in
            try session.execute("begin")
            try session.execute("insert into t values (1)")
        }
        #expect(try await count(connection) == 0)
    }

    @Test("Isolation and access mode reach the server")
    func modes() async throws {
        let connection = try await prepared()
        let mode = try await connection.withTransaction(isolation: .serializable, readOnly: true) { session in
            let rows = try session.execute(
                "select current_setting('transaction_isolation'), current_setting('transaction_read_only')"
            )
            return [try rows.string(0, 0), try rows.string(0, 1)]
        }
        #expect(mode == ["serializable", "on"])
    }

    @Test("Writing where we asked for read-only is no lost connection; on a standby it is")
    func readOnly() async throws {
        let connection = try await prepared()
        let ours = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction(readOnly: true) { session in
                try session.execute("insert into t values (1)")
            }
        }
        #expect(ours.sqlState == .readOnlyTransaction)
        #expect(!ours.isConnectionLoss)
        // A server that became a standby makes every transaction read-only.
        let theirs = try await #require(throws: PostgresError.self) {
            try await connection.withSession { session in
                try session.execute("set default_transaction_read_only = on")
                try session.execute("insert into t values (1)")
            }
        }
        #expect(theirs.sqlState == .readOnlyTransaction)
        #expect(theirs.isConnectionLoss)
        #expect(try await connection.execute("insert into t values (1)") == 1, "a new connection can write")
    }

    @Test("Of two serializable transactions that depend on each other, one has a conflict")
    func conflict() async throws {
        let connections = [try await prepared(), try testDatabase().connect()]
        let error = try await #require(throws: PostgresError.self) {
            try await connections[0].withTransaction(isolation: .repeatableRead) { session in
                try session.execute("select count(*) from t")
                try Blocked.run { try await connections[1].execute("insert into t values (1)") }
                try session.execute("insert into t values (1)")
            }
        }
        #expect(error.sqlState == .uniqueViolation || error.isTransactionConflict)
        try await connections[0].execute("create table u as select 1 as n")
        let update = try await #require(throws: PostgresError.self) {
            try await connections[0].withTransaction(isolation: .repeatableRead) { session in
                try session.execute("select n from u")
                try Blocked.run { try await connections[1].execute("update u set n = 2") }
                try session.execute("update u set n = 3")
            }
        }
        #expect(update.isTransactionConflict)
    }

    @Test("Errors carry what the server said, and not the values")
    func error() async throws {
        let connection = try await prepared()
        try await connection.execute("create table u (name text, constraint u_name_key unique (name))")
        try await connection.execute("insert into u values (\("hush"))")
        let error = try await #require(throws: PostgresError.self) {
            try await connection.execute("insert into u values (\("hush"))")
        }
        #expect(error.code == .server)
        #expect(error.sqlState == .uniqueViolation)
        #expect(error.constraint == "u_name_key")
        #expect(error.sql == "insert into u values ($1)")
        #expect(
            "\(error)" == "PostgreSQL refused: duplicate key value violates unique constraint \"u_name_key\" (23505)"
        )
        #expect(!"\(error)".contains("hush"))
        let syntax = try await #require(throws: PostgresError.self) { try await connection.execute("select ,") }
        #expect(syntax.position == 8)
    }
}
