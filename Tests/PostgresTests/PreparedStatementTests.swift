import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct PreparedStatementTests {
    private func preparedCount(_ connection: PostgresConnection) async throws -> Int {
        try await connection.withSession { session in
            try session.execute("select count(*) from pg_prepared_statements").int(0, 0)
        }
    }

    private func use(_ connection: PostgresConnection, _ sql: SQL, times: Int = 4) async throws {
        for _ in 0..<times { try await connection.execute(sql) }
    }

    @Test("What is executed often is prepared, once")
    func prepared() async throws {
        let connection = try testDatabase().connect()
        try await use(connection, "select \(1)::int", times: 2)
        #expect(try await preparedCount(connection) == 0)
        for number in 0..<10 {
            let value = try await connection.withSession { session in
                try session.execute("select \(number)::int").int(0, 0)
            }
            #expect(value == number)
        }
        #expect(try await preparedCount(connection) == 1)
    }

    @Test("It can be switched off")
    func off() async throws {
        var configuration = try testDatabase().configuration
        configuration.preparesStatements = false
        let connection = PostgresConnection(configuration)
        try await use(connection, "select \(1)::int", times: 10)
        #expect(try await preparedCount(connection) == 0)
    }

    @Test("Nothing is prepared where the server's process is not the one we were told of")
    func pooler() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        relay.forgeProcessID()
        try relay.listen()
        let connection = PostgresConnection(relay.configuration)
        try await use(connection, "select \(1)::int", times: 10)
        #expect(try await preparedCount(connection) == 0)
    }

    @Test("A changed table, and forgotten statements, are noticed")
    func stale() async throws {
        let connection = try testDatabase().connect()
        try await connection.execute("create table t as select 1 as a")
        try await use(connection, "select * from t where a = \(1)")
        try await connection.execute("alter table t add column b int default 2")
        let columns = try await connection.withSession { session in
            try session.execute("select * from t where a = \(1)").columnNames
        }
        #expect(columns == ["a", "b"])
        try await connection.execute("discard all")
        #expect(try await connection.execute("select * from t where a = \(1)") == 1)
    }

    @Test("Inside a transaction the error shows, and the next one works")
    func staleInTransaction() async throws {
        let connection = try testDatabase().connect()
        try await use(connection, "select \(1)::int")
        try await connection.execute("deallocate all")
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in try session.execute("select \(1)::int") }
        }
        #expect(error.sqlState == .invalidStatementName)
        try await connection.withTransaction { session in try session.execute("select \(1)::int") }
    }

    @Test("A new connection starts over")
    func reconnected() async throws {
        let connection = try testDatabase().connect()
        try await use(connection, "select \(1)::int")
        await connection.close()
        try await use(connection, "select \(1)::int")
        #expect(try await preparedCount(connection) == 1)
    }

    @Test("A statement that cannot be prepared gives its own error each time")
    func broken() async throws {
        let connection = try testDatabase().connect()
        for _ in 0..<5 {
            let error = try await #require(throws: PostgresError.self) {
                try await connection.execute("select from nowhere where a = \(1)")
            }
            #expect(error.sqlState == .undefinedTable)
        }
    }
}
