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

func measureBest(of count: Int, _ work: () async throws -> Void) async rethrows -> Duration {
    var best = Duration.seconds(3_600)
    for _ in 0..<count { best = min(best, try await ContinuousClock().measure(work)) }
    return best
}

func report(_ what: String, _ duration: Duration) {
    report(what, duration / .milliseconds(1), "ms")
}

func report(_ what: String, _ value: Double, _ unit: String) {
    let digits = value >= 1_000 ? 0 : value >= 10 ? 1 : 3
    let scale = [1.0, 10, 100, 1_000][digits]
    let rounded = (value * scale).rounded() / scale
    print("| \(what) | \(digits == 0 ? String(Int(rounded)) : String(rounded)) \(unit) |")
}
