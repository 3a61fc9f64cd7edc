import ArgumentParser
import BenchmarkSupport
import LocalPostgres
import Postgres
import Tracking

/// Measures the tracking store: logging, and searching among many runs.
@main
struct TrackingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tracking-benchmark",
        abstract: "Measure logging, and searching among many runs, on a cluster made for it and removed afterwards."
    )

    @Option(help: "How many runs to search among; may be given several times, in ascending order.")
    var runs: [Int] = [10_000, 1_000_000]

    @Option(help: "A database with all migrations and nothing in it, instead of a cluster of its own.")
    var database: String?

    func run() async throws {
        if let database {
            try await measure(try PostgresConfiguration(database))
        } else {
            try await withTemporaryCluster { configuration in try await measure(configuration) }
        }
    }

    private func measure(_ configuration: PostgresConfiguration) async throws {
        let pool = PostgresPool(configuration, size: 8)
        try await Logging.run(pool)
        var count = 0
        for size in runs {
            try await Searching.addRuns(from: count, to: size, pool)
            count = size
            try await Searching.run(pool, runs: size)
        }
        await pool.close()
    }
}
