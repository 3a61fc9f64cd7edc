import Migrations
import Postgres
import Schema
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct MigratorTests {
    private let first = Migration(version: 1, name: "one", sql: "create table coppice.a (n int);")
    private let second = Migration(
        version: 2,
        name: "two",
        sql: "create table coppice.b (n int); insert into coppice.b values (1);"
    )
    private let broken = Migration(version: 2, name: "two", sql: "create table coppice.b (n int); select 1/0;")

    private func code(_ migrations: [Migration], _ connection: PostgresConnection) async throws -> SchemaError.Code {
        try await #require(throws: SchemaError.self) { try await Migrator(migrations).check(connection) }.code
    }

    @Test("Migrations are applied once, in order")
    func applies() async throws {
        let connection = try testDatabase().connect()
        let migrator = Migrator([first, second])
        #expect(try await migrator.status(connection).map(\.status) == [.pending, .pending])
        #expect(try await migrator.migrate(connection).map(\.label) == ["0001_one", "0002_two"])
        #expect(try await migrator.migrate(connection).isEmpty)
        #expect(try await connection.execute("select from coppice.b") == 1)
        try await migrator.check(connection)
        for state in try await migrator.status(connection) {
            guard case .applied = state.status else {
                Issue.record("\(state)")
                return
            }
        }
    }

    @Test("Programs that migrate at the same time apply each migration once")
    func concurrently() async throws {
        let database = try testDatabase()
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<6 {
                group.addTask { try await Migrator(Migration.all).migrate(database.connect()).map(\.label) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == applied.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } })
        #expect(applied.count == Migration.all.count)
        try await Migrator().check(database.connect())
    }

    @Test("A migration that fails leaves nothing, and those before it stay")
    func fails() async throws {
        let connection = try testDatabase().connect()
        let error = try await #require(throws: SchemaError.self) {
            try await Migrator([first, broken]).migrate(connection)
        }
        #expect(error.code == .migrationFailed)
        #expect(error.migration == "0002_two")
        #expect(error.underlying?.sqlState?.rawValue == "22012")
        #expect("\(error)" == "the migration 0002_two failed: PostgreSQL refused: division by zero (22012)")
        #expect(
            try await connection.execute("select from pg_tables where schemaname = 'coppice' and tablename = 'b'") == 0
        )
        #expect(try await Migrator([first, second]).migrate(connection).map(\.label) == ["0002_two"])
    }

    @Test("A database without our schema names the remedy")
    func notMigrated() async throws {
        let connection = try testDatabase().connect()
        let error = try await #require(throws: SchemaError.self) { try await Migrator([first]).check(connection) }
        #expect(error.code == .notMigrated)
        #expect("\(error)".contains("coppice db migrate"))
    }

    @Test("An older database names the remedy")
    func behind() async throws {
        let connection = try testDatabase().connect()
        try await Migrator([first]).migrate(connection)
        let error = try await #require(throws: SchemaError.self) {
            try await Migrator([first, second]).check(connection)
        }
        #expect(error.code == .behind)
        #expect("\(error)".contains("0002_two") && "\(error)".contains("coppice db migrate"))
    }

    @Test("A newer database is refused, also by migrate")
    func tooNew() async throws {
        let connection = try testDatabase().connect()
        try await Migrator([first, second]).migrate(connection)
        #expect(try await code([first], connection) == .tooNew)
        let error = try await #require(throws: SchemaError.self) { try await Migrator([first]).migrate(connection) }
        #expect(error.code == .tooNew)
        #expect(try await Migrator([first]).status(connection).count == 2)
    }

    @Test("A database whose transactions see too little by default is refused, with what to do")
    func isolation() async throws {
        let database = try testDatabase()
        let connection = database.connect()
        try await Migrator([first]).migrate(connection)
        try await Migrator([first]).check(connection)
        let name = try await connection.withSession { session in
            try session.execute("select quote_ident(current_database())")[0].string(0)
        }
        try await connection.withSession { session in
            try session.executeScript(
                unsafeRaw: "alter database \(name) set default_transaction_isolation = 'repeatable read'"
            )
        }
        let other = database.connect()
        #expect(try await code([first], other) == .isolation)
        let error = try await #require(throws: SchemaError.self) { try await Migrator([first]).check(other) }
        #expect(
            "\(error)".contains("'repeatable read'") && "\(error)".contains("alter database \(name) set"),
            "\(error)"
        )
    }

    @Test("A migration that was edited after it was applied is noticed")
    func changed() async throws {
        let connection = try testDatabase().connect()
        try await Migrator([first]).migrate(connection)
        let edited = Migration(version: 1, name: "one", sql: first.sql + " -- edited")
        #expect(try await code([edited], connection) == .changed)
        let error = try await #require(throws: SchemaError.self) {
            try await Migrator([edited, second]).migrate(connection)
        }
        #expect(error.code == .changed)
        #expect(Migrator([edited]).fingerprint != Migrator([first]).fingerprint)
    }

    @Test("All that the migrations make is in the schema coppice")
    func schema() async throws {
        let connection = try testDatabase().connect()
        try await Migrator().migrate(connection)
        let strays = try await connection.withSession { session in
            try session.execute(
                """
                select relname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                where nspname !~ '^(pg_|information_schema|coppice)'
                """
            ).map { row in try row.string(0) }
        }
        #expect(strays.isEmpty)
    }
}
