import BenchmarkSupport
import FoundationEssentials
import Postgres

/// Ways to insert many rows of (bigint, text, double precision).
enum Inserting {
    static func run(_ configuration: PostgresConfiguration) async throws {
        let connection = PostgresConnection(configuration)
        try await connection.execute("create unlogged table public.points (id bigint, key text, value float8)")
        let count = 20_000
        let ids = Array(0..<count)

        let single = try await measureBest(of: 3) {
            try await connection.withTransaction { session in
                for id in ids {
                    try session.execute("insert into public.points values (\(id), \("key"), \(Double(id)))")
                }
            }
        }
        let unnested = try await measureBest(of: 3) {
            try await connection.execute(
                """
                insert into public.points
                select * from unnest(\(ids), \(ids.map { _ in "key" }), \(ids.map(Double.init)))
                """
            )
        }
        let copied = try await measureBest(of: 3) {
            _ = try await connection.withSession { session in
                try session.copyRows(into: "public.points", ids) { id in (id, "key", Double(id)) }
            }
        }
        for (what, duration) in [
            ("one `insert` each", single), ("`unnest` of arrays", unnested), ("`copyRows`", copied),
        ] {
            report("insert rows, \(what)", Double(count) / (duration / .seconds(1)), "rows/s")
        }
    }
}
