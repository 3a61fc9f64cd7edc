import FoundationEssentials
import SearchGrammar
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct MetricHistoryTests {
    private func makeRun(_ fixture: Fixture, points: Int, step: (Int) -> Int = { $0 }) async throws -> Run.ID {
        let run = try await fixture.makeRun()
        let metrics = (0..<points).map { index in
            Metric(key: "loss", value: Double(index % 3), step: Int64(step(index)), timestamp: time(index / 2))
        }
        try await fixture.store.log(metrics: metrics, run: run.id)
        return run.id
    }

    @Test("Pages of a history join to the whole, by time, then step, then value")
    func pages() async throws {
        let fixture = try Fixture()
        let run = try await makeRun(fixture, points: 50) { 50 - $0 }
        let whole = try await fixture.store.metricHistoryPage("loss", run: run)

        var joined: [Metric] = []
        var token: PageToken?
        repeat {
            let page = try await fixture.store.metricHistoryPage("loss", run: run, limit: 7, after: token)
            joined += page.items
            token = page.next
        } while token != nil

        #expect(whole.next == nil)
        #expect(whole.items.count == 50)
        #expect(joined == whole.items)
        #expect(whole.items.prefix(3).map(\.step) == [49, 50, 47])
        #expect(try await fixture.store.metricHistoryPage("none", run: run).items.isEmpty)
        await expect(.notFound) { _ = try await fixture.store.metricHistoryPage("loss", run: Run.ID(rawValue: "x")) }
        await expect(.invalid) {
            _ = try await fixture.store.metricHistoryPage("loss", run: run, after: PageToken([.text("x")]))
        }
    }

    @Test("Histories of several runs come run by run, up to a limit")
    func several() async throws {
        let fixture = try Fixture()
        let runs = [try await makeRun(fixture, points: 3), try await makeRun(fixture, points: 4)]

        let points = try await fixture.store.metricHistories("loss", runs: runs + [Run.ID(rawValue: "x")])

        #expect(points.count == 7)
        #expect(points.map(\.run.rawValue) == points.map(\.run.rawValue).sorted())
        #expect(try await fixture.store.metricHistories("loss", runs: runs, limit: 2) == Array(points.prefix(2)))
    }

    @Test(
        "A sample has no more points than asked for, the first and the last among them, evenly spread",
        arguments: [(100, 10), (7, 10), (10, 10), (11, 10), (1, 1), (5, 1), (3, 2), (0, 5)]
    )
    func sample(points: Int, count: Int) async throws {
        let fixture = try Fixture()
        let run = try await makeRun(fixture, points: points)

        let sample = try await fixture.store.sampledMetricHistories("loss", runs: [run], count: count)

        let steps = sample.map { Int($0.metric.step) }
        #expect(steps.count == min(points, count))
        #expect(steps == steps.sorted())
        #expect(points == 0 || steps.last == points - 1)
        #expect(points == 0 || count == 1 || steps.first == 0)
        let gaps = zip(steps, steps.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= 2 * (points / count + 1) })
    }

    @Test("A sample may be of some steps only, and of points that share one; runs come in the order given")
    func sampleOfSteps() async throws {
        let fixture = try Fixture()
        let runs = [try await makeRun(fixture, points: 50), try await makeRun(fixture, points: 40) { _ in 0 }]

        let some = try await fixture.store.sampledMetricHistories("loss", runs: [runs[0]], count: 5, steps: 10...19)
        let both = try await fixture.store.sampledMetricHistories("loss", runs: [runs[1], runs[0]], count: 5)

        #expect(some.map(\.metric.step) == [10, 12, 14, 16, 19])
        #expect(both.map(\.run) == Array(repeating: runs[1], count: 5) + Array(repeating: runs[0], count: 5))
        await expect(.notFound) {
            _ = try await fixture.store.sampledMetricHistories("loss", runs: [Run.ID(rawValue: "x")], count: 5)
        }
    }
}
