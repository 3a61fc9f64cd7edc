import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct CopyTests {
    private struct Abort: Error {}

    private func table() async throws -> PostgresConnection {
        let connection = try testDatabase().connect()
        try await connection.execute("create table t (id bigint, name text, value float8, at timestamptz)")
        return connection
    }

    @Test("Rows go in as text")
    func text() async throws {
        let connection = try await table()
        let count = try await connection.withSession { session in
            try session.copyIn("copy t (id, name) from stdin (format csv)") { writer in
                try writer.write("1,one\n2,\"t")
                try writer.write("wo\"\n")
            }
        }
        #expect(count == 2)
        #expect(try await connection.execute("select from t where name = 'two'") == 1)
    }

    @Test("Many typed rows go in and come out")
    func binary() async throws {
        let connection = try await table()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let (stored, sum, bytes) = try await connection.withSession { session in
            let stored = try session.copyRows(into: "t (id, name, value, at)", 0..<50_000) { number in
                (number, number == 7 ? nil : "n\(number)", Double(number) / 2, now)
            }
            var bytes = 0
            let sent = try session.copyOut("copy (select id, value from t) to stdout (format binary)") { chunk in
                bytes += chunk.count
            }
            #expect(sent == stored)
            let sum = try session.execute("select sum(value) from t where name is not null and at = \(now)").double(
                0,
                0
            )
            return (stored, sum, bytes)
        }
        #expect(stored == 50_000)
        #expect(sum == 50_000 * 49_999 / 4 - 3.5)
        // Header and trailer, and a row of two lengths and two values of eight bytes.
        #expect(bytes == 19 + 2 + 50_000 * 26)
    }

    @Test("If the sender throws, nothing is stored and the connection goes on")
    func senderFails() async throws {
        let connection = try await table()
        await #expect(throws: Abort.self) {
            try await connection.withSession { session in
                try session.copyIn("copy t (id) from stdin") { writer in
                    try writer.write("1\n")
                    throw Abort()
                }
            }
        }
        #expect(try await connection.execute("select from t") == 0)
    }

    @Test("What the server does not like is an error")
    func badData() async throws {
        let connection = try await table()
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withSession { session in
                try session.copyIn("copy t (id) from stdin") { writer in try writer.write("x\n") }
            }
        }
        #expect(error.sqlState == .invalidTextRepresentation)
        #expect(try await connection.execute("select from t") == 0)
    }

    @Test("If the receiver throws, the rest is not awaited")
    func receiverFails() async throws {
        let connection = try await table()
        await #expect(throws: Abort.self) {
            try await connection.withSession { session in
                try session.copyOut("copy (select generate_series(1, 1000000000)) to stdout") { _ in throw Abort() }
            }
        }
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("COPY in the wrong place is a mistake, and does no harm")
    func misuse() async throws {
        let connection = try await table()
        for sql in ["copy t from stdin", "copy t to stdout"] {
            let error = try await #require(throws: PostgresError.self) {
                try await connection.execute(SQL(unsafeRaw: sql))
            }
            #expect(error.code == .misuse)
            #expect(try await connection.execute("select 1") == 1)
        }
        await #expect(throws: PostgresError.self) {
            try await connection.withSession { session in try session.copyIn("copy t to stdout") { _ in } }
        }
        await #expect(throws: PostgresError.self) {
            try await connection.withSession { session in try session.copyOut("select 1") { _ in } }
        }
        #expect(try await connection.execute("select 1") == 1)
    }
}
