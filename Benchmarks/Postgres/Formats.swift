import BenchmarkSupport
import CLibPQ
import FoundationEssentials
import Glibc
import Postgres

/// Text or binary results: the same rows through plain libpq as text, and through Coppice, which asks for binary.
enum Formats {
    struct Failure: Error {}

    private static let rowCount = 200_000
    private static let query = "select a, b, c from public.numbers"
    private static let blob = "select convert_to(repeat('x', 16000000), 'UTF8')"

    static func run(_ configuration: PostgresConfiguration) async throws {
        let connection = PostgresConnection(configuration)
        try await connection.execute(
            """
            create unlogged table public.numbers as
            select n::bigint as a, n / 7.0::float8 as b, n * 1.5::float8 as c
            from generate_series(1, \(rowCount)::bigint) n
            """
        )
        let rows = try await measureBest(of: 7) {
            let sum = try await connection.withSession { session in
                try session.execute(SQL(unsafeRaw: query)).reduce(0.0) { sum, row in
                    sum + Double(try row.int(0)) + (try row.double(1)) + (try row.double(2))
                }
            }
            precondition(sum > 0)
        }
        let plain = try withPlainConnection(configuration) { connection in
            try best { try sumText(connection) }
        }
        report("\(rowCount) rows of three numbers, binary (Coppice)", rows)
        report("\(rowCount) rows of three numbers, text (libpq, strtoll and strtod)", plain)

        let bytes = try await measureBest(of: 7) {
            let count = try await connection.withSession { session in
                try session.execute(SQL(unsafeRaw: blob)).bytes(0, 0).count
            }
            precondition(count == 16_000_000)
        }
        let hexadecimal = try withPlainConnection(configuration) { connection in
            try best {
                let result = PQexec(connection, blob)
                defer { PQclear(result) }
                var length = 0
                guard let value = PQgetvalue(result, 0, 0) else { throw Failure() }
                let copy = value.withMemoryRebound(to: UInt8.self, capacity: 1) { PQunescapeBytea($0, &length) }
                PQfreemem(copy)
                precondition(length == 16_000_000)
            }
        }
        report("16 MB of bytea, binary (Coppice)", bytes)
        report("16 MB of bytea, text (libpq)", hexadecimal)
    }

    private static func best(_ work: () throws -> Void) rethrows -> Duration {
        var best = Duration.seconds(3_600)
        for _ in 0..<7 { best = min(best, try ContinuousClock().measure(work)) }
        return best
    }

    private static func sumText(_ connection: OpaquePointer) throws {
        let result = PQexec(connection, query)
        defer { PQclear(result) }
        guard PQntuples(result) == rowCount else { throw Failure() }
        var sum = 0.0
        for row in 0..<Int32(rowCount) {
            sum += Double(strtoll(PQgetvalue(result, row, 0), nil, 10))
            sum += strtod(PQgetvalue(result, row, 1), nil) + strtod(PQgetvalue(result, row, 2), nil)
        }
        precondition(sum > 0)
    }

    private static func withPlainConnection<Result>(
        _ configuration: PostgresConfiguration,
        _ body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        guard let connection = PQconnectdb(configuration.connectionString) else { throw Failure() }
        defer { PQfinish(connection) }
        return try body(connection)
    }
}
