import BenchmarkSupport
import Foundation
import Postgres
import SearchGrammar
import Tracking

/// What logging costs.
enum Logging {
    static func run(_ pool: PostgresPool) async throws {
        let store = TrackingStore(pool: pool)
        let experiment = try await store.createExperiment(named: "logging")
        let run = try await store.createRun(NewRun(experiment: experiment, name: "r", startedAt: .now))

        var step: Int64 = 0
        func batch(of count: Int, keys: Int) -> [Metric] {
            (0..<count).map { index in
                step += 1
                return Metric(key: "metric \(index % keys)", value: Double(step), step: step, timestamp: .now)
            }
        }
        for keys in [10, 1000] {
            let batches = (0..<20).map { _ in batch(of: 1000, keys: keys) }
            var next = batches.makeIterator()
            let best = try await measureBest(of: batches.count) {
                if let metrics = next.next() { try await store.log(metrics: metrics, run: run.id) }
            }
            report("log-batch of 1,000 points of \(keys) metrics", 1000 / (best / .seconds(1)), "points/s")
        }

        let single = try await perSecond { try await store.log(metrics: batch(of: 1, keys: 1), run: run.id) }
        report("log-metric, one after the other", single, "calls/s")
        var runs: [Run.ID] = []
        for index in 0..<64 {
            runs.append(
                try await store.createRun(NewRun(experiment: experiment, name: "\(index)", startedAt: .now)).id
            )
        }
        let grouped = try await perSecond {
            let batches = runs.map { TrackingStore.MetricBatch(run: $0, metrics: batch(of: 1, keys: 1)) }
            let refusals = try await store.log(batches)
            precondition(refusals.allSatisfy { $0 == nil })
        }
        report("log-metric, 64 runs committed together", grouped * 64, "calls/s")

        let created = try await perSecond {
            _ = try await store.createRun(
                NewRun(experiment: experiment, name: "r", startedAt: .now, tags: ["mlflow.user": "ada", "a": "b"])
            )
        }
        report("create-run, one after the other", created, "calls/s")

        let history = try await store.createRun(NewRun(experiment: experiment, name: "h", startedAt: .now))
        for _ in 0..<100 { try await store.log(metrics: batch(of: 1000, keys: 1), run: history.id) }
        let read = try await measureBest(of: 3) {
            var count = 0
            var page = try await store.metricHistoryPage("metric 0", run: history.id)
            count += page.items.count
            while let next = page.next {
                page = try await store.metricHistoryPage("metric 0", run: history.id, after: next)
                count += page.items.count
            }
            precondition(count == 100_000)
        }
        report("history of 100,000 points, in pages of 25,000", read)
        let sampled = try await measureBest(of: 3) {
            _ = try await store.sampledMetricHistories("metric 0", runs: [history.id], count: 320)
        }
        report("sample of 320 of them", sampled)
    }

    /// Calls in the best of four half seconds.
    private static func perSecond(_ call: () async throws -> Void) async throws -> Double {
        var best = 0.0
        for _ in 0..<4 {
            let start = ContinuousClock.now
            var count = 0
            while ContinuousClock.now - start < .milliseconds(500) {
                try await call()
                count += 1
            }
            best = max(best, Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
        }
        return best
    }
}
