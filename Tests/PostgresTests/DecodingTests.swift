import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct DecodingTests {
    @Test("What cannot be read names the column")
    func names() async throws {
        try await testDatabase().connect().withSession { session in
            let rows = try session.execute("select null::int as nothing, 'x' as word, 1.5::numeric as part")
            let row = try rows.row(0)
            let null = try #require(throws: PostgresError.self) { try row.int("nothing") }
            #expect(null.code == .undecodable)
            #expect(null.column == "nothing")
            #expect("\(null)" == "unexpected answer from PostgreSQL: column \"nothing\" is NULL, not readable as Int")
            #expect(throws: PostgresError.self) { try row.int("word") }
            #expect(throws: PostgresError.self) { try row.int("part") }
            #expect(throws: PostgresError.self) { try row.date("word") }
            let missing = try #require(throws: PostgresError.self) { try row.string("absent") }
            #expect(missing.column == "absent")
            #expect(throws: PostgresError.self) { try row.int(3) }
            #expect(throws: PostgresError.self) { try rows.int(1, 0) }
        }
    }

    @Test("NULL is nil where it may be")
    func optionals() async throws {
        try await testDatabase().connect().withSession { session in
            let row = try session.execute("select null::int as a, 5 as b, null::text[] as c").row(0)
            #expect(try row.intOrNil("a") == nil)
            #expect(try row.intOrNil("b") == 5)
            #expect(try row.decode([String]?.self, "c") == nil)
            // NULL of another type is still the wrong type only if there is a value.
            #expect(try row.stringOrNil(0) == nil)
        }
    }

    @Test("Rows are a collection")
    func collection() async throws {
        let doubled = try await testDatabase().connect().withSession { session in
            let rows = try session.execute("select n, n * 2 as twice from generate_series(1, 3) n")
            #expect(rows.columnNames == ["n", "twice"])
            #expect(rows.first != nil && rows.last != nil)
            return try rows.map { row in try row.int("twice") }
        }
        #expect(doubled == [2, 4, 6])
    }

    @Test("A value that does not fit is refused")
    func range() async throws {
        try await testDatabase().connect().withSession { session in
            let rows = try session.execute("select 3000000000::bigint, 1e30::numeric, 300::int")
            #expect(throws: PostgresError.self) { try rows.decode(Int32.self, 0, 0) }
            #expect(throws: PostgresError.self) { try rows.int(0, 1) }
            #expect(throws: PostgresError.self) { try rows.decode(UInt8.self, 0, 2) }
        }
    }

    @Test("Types without a text form say so")
    func binaryTypes() async throws {
        try await testDatabase().connect().withSession { session in
            let rows = try session.execute("select point(1, 2), now()")
            #expect(throws: PostgresError.self) { try rows.string(0, 0) }
            #expect(throws: PostgresError.self) { try rows.string(0, 1) }
        }
    }

    @Test("The number of affected rows")
    func affected() async throws {
        let connection = try testDatabase().connect()
        #expect(try await connection.execute("create table t as select generate_series(1, 7) as n") == 7)
        #expect(try await connection.execute("delete from t where n > \(4)") == 3)
    }
}
