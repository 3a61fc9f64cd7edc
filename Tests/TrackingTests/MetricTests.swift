import FoundationEssentials
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct MetricTests {
    @Test(
        "The latest value has the highest step, then time, then value, in whatever order they come",
        arguments: [
            // (step, milliseconds, value), the winner first
            [(2, 10, 1.0), (1, 99, 5.0), (1, 20, 7.0)],
            [(1, 30, 1.0), (1, 20, 5.0), (1, 10, 9.0)],
            [(1, 10, 9.0), (1, 10, 5.0), (1, 10, -3.0)],
            [(-1, 10, 1.0), (-5, 99, 2.0)],
            [(0, 10, -3.0), (0, 10, .nan)],
            [(0, 10, .infinity), (0, 10, 1e308), (0, 10, -.infinity)],
            [(1, 10, .nan), (0, 10, 3.0)],
        ]
    )
    func latest(points: [(step: Int64, time: Int, value: Double)]) async throws {
        let fixture = try Fixture()
        let metrics = points.map { Metric(key: "m", value: $0.value, step: $0.step, timestamp: time($0.time)) }
        let together = try await fixture.makeRun()
        let forwards = try await fixture.makeRun()
        let backwards = try await fixture.makeRun()

        try await fixture.store.log(metrics: metrics, run: together.id)
        for metric in metrics { try await fixture.store.log(metrics: [metric], run: forwards.id) }
        for metric in metrics.reversed() { try await fixture.store.log(metrics: [metric], run: backwards.id) }

        for run in [together, forwards, backwards] {
            let latest = try #require(await fixture.store.run(run.id)?.metrics["m"])
            #expect(latest.step == points[0].step)
            #expect(latest.timestamp == time(points[0].time))
            #expect(latest.value == points[0].value || latest.value.isNaN && points[0].value.isNaN)
        }
    }

    @Test("NaN and infinities come back as they went")
    func specialValues() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let values = [
            "nan": Double.nan, "plus": .infinity, "minus": -.infinity, "tiny": .leastNonzeroMagnitude,
            "huge": 1.7976931348623157e308,
        ]

        try await fixture.store.log(
            metrics: values.map { Metric(key: $0.key, value: $0.value, timestamp: time(1)) },
            run: run.id
        )

        let read = try #require(await fixture.store.run(run.id)).metrics.mapValues(\.value)
        #expect(read.mapValues(\.bitPattern) == values.mapValues(\.bitPattern))
    }

    @Test("A point that is logged twice is one point")
    func duplicates() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let point = Metric(key: "m", value: .nan, step: 3, timestamp: time(5))

        try await fixture.store.log(metrics: [point, point], run: run.id)
        try await fixture.store.log(metrics: [point], run: run.id)

        #expect(try await fixture.store.metricHistory("m", run: run.id).count == 1)
    }

    @Test("The history is ordered, and pages join without gap or overlap")
    func history() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let points = (0..<100).map { Metric(key: "m", value: Double($0), step: Int64($0 / 7), timestamp: time($0 / 3)) }
        try await fixture.store.log(metrics: points.shuffled(), run: run.id)

        var pages: [Metric] = []
        while true {
            let page = try await fixture.store.metricHistory("m", run: run.id, after: pages.last, limit: 9)
            if page.isEmpty { break }
            pages += page
        }

        #expect(pages == points)
        #expect(try await fixture.store.metricHistory("other", run: run.id).isEmpty)
        await expect(.notFound) {
            _ = try await fixture.store.metricHistory("m", run: Run.ID(rawValue: "nobody"))
        }
    }

    @Test("Batches of the same keys at once do not deadlock, and the best point wins")
    func concurrentBatches() async throws {
        let fixture = try Fixture(connections: 8)
        let run = try await fixture.makeRun()
        let keys = (0..<20).map { "metric \($0)" }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for step in 0..<10 {
                        let metrics = keys.shuffled().map {
                            Metric(key: $0, value: Double(writer), step: Int64(step), timestamp: time(1))
                        }
                        try await fixture.store.log(metrics: metrics, run: run.id)
                    }
                }
            }
            try await group.waitForAll()
        }

        let latest = try #require(await fixture.store.run(run.id)).metrics
        #expect(latest.count == 20)
        #expect(latest.values.allSatisfy { $0.step == 9 && $0.value == 7 })
    }

    @Test(
        "Keys that MLflow refuses are refused",
        arguments: [
            "", "a//b", "../a", "a/..", "./a", "/a", "a/", ".", "a;b", "a\"b", "a\u{0}b",
            String(repeating: "k", count: 251),
        ]
    )
    func badKeys(key: String) async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()

        await expect(.invalid) {
            try await fixture.store.log(metrics: [Metric(key: key, value: 1, timestamp: .now)], run: run.id)
        }
        await expect(.invalid) { try await fixture.store.log(params: [key: "1"], run: run.id) }
        await expect(.invalid) { try await fixture.store.log(tags: [key: "1"], run: run.id) }
    }

    @Test(
        "Keys that MLflow takes are taken",
        arguments: ["a", "val/rmse", "größe ²", "a.b-c_d: e", String(repeating: "k", count: 250)]
    )
    func goodKeys(key: String) async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()

        try await fixture.store.log(
            metrics: [Metric(key: key, value: 1, timestamp: .now)],
            params: [key: "2"],
            tags: [key: "3"],
            run: run.id
        )

        let read = try #require(await fixture.store.run(run.id))
        #expect(read.metrics[key]?.value == 1)
        #expect(read.params[key] == "2")
        #expect(read.tags[key] == "3")
    }
}
