import BenchmarkSupport
import Postgres

/// `select 1`, over and over on one connection.
enum RoundTrips {
    static func run(_ configuration: PostgresConfiguration) async throws {
        var unprepared = configuration
        unprepared.preparesStatements = false
        let connections = [PostgresConnection(configuration), PostgresConnection(unprepared)]
        var best: [String: Double] = [:]
        func note(_ what: String, _ rate: Double) { best[what] = max(best[what] ?? 0, rate) }
        for _ in 0..<8 {
            for (name, connection) in zip(["prepared", "extended"], connections) {
                note("Coppice, \(name), a session each", try await sessions(connection))
                note("Coppice, \(name), one session", try await oneSession(connection))
            }
            for mode in ["extended", "prepared"] {
                note("pgbench -M \(mode)", try PGBench.rate(configuration, "select 1;", ["-M", mode]))
            }
        }
        for (what, rate) in best.sorted(by: { $0.key < $1.key }) { report(what, rate, "round trips/s") }
    }

    private static func sessions(_ connection: PostgresConnection, count: Int = 10_000) async throws -> Double {
        let duration = try await ContinuousClock().measure {
            for _ in 0..<count {
                _ = try await connection.withSession { session in try session.execute("select 1").int(0, 0) }
            }
        }
        return Double(count) / (duration / .seconds(1))
    }

    private static func oneSession(_ connection: PostgresConnection, count: Int = 10_000) async throws -> Double {
        let duration = try await ContinuousClock().measure {
            try await connection.withSession { session in
                for _ in 0..<count { _ = try session.execute("select 1").int(0, 0) }
            }
        }
        return Double(count) / (duration / .seconds(1))
    }
}
