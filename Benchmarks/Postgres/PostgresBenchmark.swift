import BenchmarkSupport
import FoundationEssentials
import LocalPostgres
import Postgres

/// Measures the PostgreSQL client against pgbench, on a cluster of its own that it removes afterwards.
///
/// Every number is the best of several short windows, interleaved with the others, so that a busy machine disturbs all
/// of them alike.
@main
struct PostgresBenchmark {
    static func main() async throws {
        let home = "/tmp/coppice-benchmark-" + String(UInt64.random(in: .min ... .max), radix: 36)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let cluster = LocalCluster(home: home, settings: .durable)
        let clock = ContinuousClock()
        let first = try await clock.measure { try await cluster.start() }
        try await cluster.stop()
        var cold: [Duration] = []
        for _ in 0..<5 {
            cold.append(try await clock.measure { try await cluster.start() })
            try await cluster.stop()
        }
        let configuration = try await cluster.start()
        let warm = try await measureBest(of: 50) { try await cluster.start() }
        report("private cluster, made from nothing", first)
        report("private cluster, cold start", cold.min()!)
        report("private cluster, running already", warm)

        try await Connecting.run(configuration)
        try await RoundTrips.run(configuration)
        try await Formats.run(configuration)
        try await Inserting.run(configuration)
        try await cluster.stop()
    }
}
