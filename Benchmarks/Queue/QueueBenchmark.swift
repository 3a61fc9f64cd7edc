import BenchmarkSupport
import Foundation
import Postgres
import Threads

/// Measures the queue with jobs that do nothing, through the real worker loop, beside pgbench with the same statements.
///
///     queue-benchmark [--history ROWS] [--waiting ROWS] [--minutes N] [--only PART,…]
///
/// On a cluster of its own, which it removes; `--database URL` uses another one, which must be empty and stays.
@main
struct QueueBenchmark {
    static func main() async {
        do {
            try await withTaskExecutorPreference(CachedThreadPool.shared) { try await run() }
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(70)
        }
    }

    private static func run() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "worker" {
            try await NothingWorker.main(Array(arguments.dropFirst()))
            return
        }
        var options: [String: String] = [:]
        while arguments.count >= 2, arguments[0].hasPrefix("--") {
            options[String(arguments[0].dropFirst(2))] = arguments[1]
            arguments.removeFirst(2)
        }
        guard arguments.isEmpty, options.keys.allSatisfy(known.contains) else {
            FileHandle.standardError.write(
                Data("usage: queue-benchmark [--\(known.joined(separator: " …] [--")) …]\n".utf8)
            )
            exit(64)
        }
        let only = options["only"].map { Set($0.split(separator: ",").map(String.init)) }
        let history = options["history"].flatMap { Int($0) } ?? 10_000_000
        let waiting = options["waiting"].flatMap { Int($0) } ?? 1_000_000
        let minutes = options["minutes"].flatMap { Int($0) } ?? 2

        let parts: [(name: String, run: (PostgresConfiguration) async throws -> Void)] = [
            ("work", { try await Working.run($0) }),
            ("pickup", { try await PickingUp.run($0) }),
            // Not first: a new cluster has to make the files of its log.
            ("submit", { try await Submitting.run($0) }),
            ("bloat", { try await Bloat.run($0, minutes: minutes) }),
            ("size", { try await Growing.run($0, history: history, waiting: waiting) }),
        ]
        let run: (PostgresConfiguration) async throws -> Void = { configuration in
            for part in parts where only?.contains(part.name) ?? true {
                try await part.run(configuration)
            }
        }
        if let url = options["database"] {
            try await run(try PostgresConfiguration(url))
        } else {
            try await withTemporaryCluster(run)
        }
    }

    private static let known = ["database", "history", "waiting", "minutes", "only"]
}
