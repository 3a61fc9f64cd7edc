import FoundationEssentials
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct RunQueryTests {
    /// Four runs, the oldest first; the third has NaN, the last no metric at all.
    private func makeRuns(_ fixture: Fixture) async throws -> [Run] {
        let other = try await fixture.store.createExperiment(named: "other")
        let rmse: [Double?] = [58, 54, .nan, nil]
        var runs: [Run] = []
        for (index, value) in rmse.enumerated() {
            let run = try await fixture.makeRun(
                named: "run \(index)",
                in: index == 1 ? other : .default,
                params: ["depth": "\(index % 2)"],
                tags: ["parity": index % 2 == 0 ? "even" : "odd"],
                startedAt: time(1000 + index)
            )
            if let value {
                try await fixture.store.log(
                    metrics: [Metric(key: "rmse", value: value, timestamp: time(0))],
                    run: run.id
                )
            }
            runs.append(run)
        }
        try await fixture.store.updateRun(runs[0].id, status: .finished)
        return runs
    }

    private func names(_ fixture: Fixture, _ change: (inout RunQuery) -> Void) async throws -> [String] {
        var query = RunQuery()
        change(&query)
        return try await fixture.store.runs(query).map { String($0.name.last!) }
    }

    @Test("Conditions select, and add up")
    func conditions() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)

        #expect(try await names(fixture) { _ in } == ["3", "2", "1", "0"])
        #expect(try await names(fixture) { $0.limit = 2 } == ["3", "2"])
        #expect(try await names(fixture) { $0.experiments = [.default] } == ["3", "2", "0"])
        #expect(try await names(fixture) { $0.statuses = [.finished, .failed] } == ["0"])
        #expect(try await names(fixture) { $0.name = "run 2" } == ["2"])
        #expect(try await names(fixture) { $0.params = ["depth": "1"] } == ["3", "1"])
        #expect(try await names(fixture) { $0.tags = ["parity": "even"] } == ["2", "0"])
        #expect(
            try await names(fixture) {
                $0.params = ["depth": "1"]; $0.tags = ["parity": "even"]
            } == []
        )
        #expect(try await names(fixture) { $0.parent = runs[0].id } == [])
    }

    @Test("Metrics compare as numbers; NaN is none of less, equal or greater")
    func metrics() async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)
        let expected: [RunQuery.Comparison: [String]] = [
            .less: ["1"], .lessOrEqual: ["1", "0"], .equal: ["0"], .notEqual: ["1"], .greaterOrEqual: ["0"],
            .greater: [],
        ]

        for comparison in RunQuery.Comparison.allCases {
            let found = try await names(fixture) {
                $0.metrics = [.init(key: "rmse", comparison: comparison, value: 58)]
            }
            #expect(found == expected[comparison], "\(comparison)")
        }
    }

    @Test("A metric orders runs; those without a number come last")
    func order() async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)

        #expect(try await names(fixture) { $0.order = .init(metric: "rmse", ascending: true) } == ["1", "0", "3", "2"])
        #expect(
            try await names(fixture) { $0.order = .init(metric: "rmse", ascending: false) } == ["0", "1", "3", "2"]
        )
    }

    @Test("Deleted runs are shown when asked for")
    func lifecycle() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)
        try await fixture.store.deleteRun(runs[2].id)

        #expect(try await names(fixture) { _ in } == ["3", "1", "0"])
        #expect(try await names(fixture) { $0.view = .deletedOnly } == ["2"])
        #expect(try await names(fixture) { $0.view = .all } == ["3", "2", "1", "0"])
    }

    @Test("Runs by id come in the order asked for, and compare line by line")
    func comparison() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)

        let found = try await fixture.store.runs([runs[3].id, runs[0].id])
        let comparison = RunComparison(found)

        #expect(found.map(\.id) == [runs[3].id, runs[0].id])
        #expect(comparison.params.map(\.key) == ["depth"])
        #expect(comparison.params[0].values == ["1", "0"])
        #expect(comparison.params[0].differs)
        #expect(comparison.metrics.map(\.key) == ["rmse"])
        #expect(comparison.metrics[0].values == [nil, 58])
    }
}
