import BenchmarkSupport
import Postgres

/// What a new connection costs.
enum Connecting {
    static func run(_ configuration: PostgresConfiguration) async throws {
        let connection = PostgresConnection(configuration)
        let ours = try await measureBest(of: 200) {
            try await connection.connect()
            await connection.close()
        }
        report("connect and close", ours)
        let rate = try PGBench.rate(configuration, "select 1;", ["-C", "-M", "simple"])
        report("pgbench -C: connect, `select 1`, close", .seconds(1 / rate))
    }
}
