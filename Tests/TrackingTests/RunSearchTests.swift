import FoundationEssentials
import Postgres
import SearchGrammar
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct RunSearchTests {
    /// Four runs, the oldest first; the third has NaN, the last no metric at all.
    private func makeRuns(_ fixture: Fixture) async throws -> [Run] {
        let other = try await fixture.store.createExperiment(named: "other")
        let rmse: [Double?] = [58, 54, .nan, nil]
        var runs: [Run] = []
        for (index, value) in rmse.enumerated() {
            let run = try await fixture.makeRun(
                named: "run \(index)",
                in: index == 1 ? other : .default,
                params: ["depth": "\(index % 2)", "only \(index)": "x"],
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
        try await fixture.store.updateRun(runs[0].id, status: .finished, endedAt: time(5000))
        return runs
    }

    /// The last digits of the names of the runs found.
    private func found(_ fixture: Fixture, _ filter: String = "", by order: [String] = []) async throws -> String {
        let query = try RunQuery(filter: filter, orderBy: order)
        return try await fixture.store.runs(query).map { String($0.name.last ?? "?") }.joined()
    }

    @Test(
        "Conditions select, and add up",
        arguments: [
            ("", "3210"),
            ("status = 'FINISHED'", "0"),
            ("status LIKE 'R%'", "321"),
            ("run_name = 'run 2'", "2"),
            ("attributes.`Run Name` ILIKE 'RUN _'", "3210"),
            ("params.depth = '1'", "31"),
            ("params.depth != '1'", "20"),
            ("params.`only 2` IS NOT NULL", "2"),
            ("params.`only 2` IS NULL", "310"),
            ("tags.parity = 'even'", "20"),
            ("tags.parity LIKE '%d'", "31"),
            ("tags.missing != 'x'", ""),
            ("params.depth = '1' AND tags.parity = 'even'", ""),
            ("params.depth = '1' AND metrics.rmse < 60", "1"),
            ("user_id = 'ada' and start_time >= 1002", "32"),
            ("created < 1001", "0"),
            ("start_time = 1001", "1"),
            ("start_time != 1001", "320"),
            ("start_time > 1000.5 AND start_time <= 1002.5", "21"),
            ("start_time = 1000.5", ""),
            ("end_time >= 0", "0"),
            ("start_time < 1e300", "3210"),
            ("start_time < -1e300", ""),
            ("artifact_uri LIKE 'mlflow-artifacts:/0/%/artifacts'", "320"),
        ]
    )
    func conditions(filter: String, expected: String) async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)

        #expect(try await found(fixture, filter) == expected)
    }

    @Test("Runs are found by id, by experiment and by sweep")
    func identities() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)
        var inDefault = RunQuery()
        inDefault.experiments = [.default]
        var inBoth = RunQuery()
        inBoth.experiments = [.default, runs[1].experiment]
        var children = RunQuery()
        children.parent = runs[0].id

        #expect(try await found(fixture, "run_id IN ('\(runs[1].id)', '\(runs[3].id)', 'x')") == "31")
        #expect(try await found(fixture, "run_id != '\(runs[1].id)'") == "320")
        #expect(try await fixture.store.runs(inDefault).count == 3)
        #expect(try await fixture.store.runs(inBoth).count == 4)
        #expect(try await fixture.store.runs(children).isEmpty)
    }

    @Test(
        "Metrics compare as numbers; NaN differs from all, and is neither more nor less",
        arguments: [
            ("<", "1"), ("<=", "10"), ("=", "0"), ("!=", "21"), (">=", "0"), (">", ""),
        ]
    )
    func metrics(comparator: String, expected: String) async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)

        #expect(try await found(fixture, "metrics.rmse \(comparator) 58") == expected)
        #expect(try await Set(found(fixture, "metrics.rmse \(comparator) 58", by: ["metrics.rmse"])) == Set(expected))
    }

    @Test(
        "Runs come in the order asked for; NaN comes after the numbers, and what has none last",
        arguments: [
            (["metrics.rmse"], "1023"), (["metrics.rmse DESC"], "0123"), (["params.depth DESC"], "3120"),
            (["params.`only 2`", "start_time"], "2013"), (["tags.parity", "metrics.rmse"], "0213"),
            (["start_time ASC"], "0123"), (["end_time DESC"], "0321"), (["status", "run_name DESC"], "0321"),
            (["tags.missing"], "3210"),
        ]
    )
    func order(orderBy: [String], expected: String) async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)

        #expect(try await found(fixture, by: orderBy) == expected)
    }

    @Test("Deleted runs are shown when asked for")
    func lifecycle() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)
        try await fixture.store.deleteRun(runs[2].id)
        func names(_ view: LifecycleView) async throws -> String {
            var query = RunQuery()
            query.view = view
            return try await fixture.store.runs(query).map { String($0.name.last ?? "?") }.joined()
        }

        #expect(try await names(.activeOnly) == "310")
        #expect(try await names(.deletedOnly) == "2")
        #expect(try await names(.all) == "3210")
    }

    @Test("What a page holds: everything that was logged to its runs")
    func content() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun(params: ["depth": "5"], tags: ["team": "vision"])
        let dataset = DatasetInfo(name: "diabetes", digest: "0123", sourceType: "code", source: "{}", schema: "[]")
        let input = RunInput(dataset: dataset, tags: [RunInput.contextTag: "training"])
        let model = try await fixture.pool.withTransaction { session in
            try TrackingStore.logInputs([input], run: run.number, experiment: .default, in: session)
            return try TrackingStore.createLoggedModel(
                NewLoggedModel(experiment: .default, name: "m", run: run.number),
                in: session
            )
        }

        let found = try #require(try await fixture.store.runs(RunQuery()).first)

        #expect(found.params == ["depth": "5"])
        #expect(found.tags["team"] == "vision")
        #expect(found.inputs == [input])
        #expect(found.outputs == [RunOutput(model: model.id)])
        #expect(try await fixture.store.run(run.id) == found)
        #expect(try await found == fixture.store.runs(RunQuery(filter: "dataset.context = 'training'")).first)
        #expect(try await fixture.store.runs(RunQuery(filter: "dataset.name LIKE 'x%'")).isEmpty)
    }

    @Test("Runs by id come in the order asked for, and compare line by line")
    func comparison() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)

        let found = try await fixture.store.runs([runs[3].id, runs[0].id])
        let comparison = RunComparison(found)

        #expect(found.map(\.id) == [runs[3].id, runs[0].id])
        #expect(comparison.params.map(\.key) == ["depth", "only 0", "only 3"])
        #expect(comparison.params[0].values == ["1", "0"])
        #expect(comparison.params[0].differs)
        #expect(comparison.metrics.map(\.key) == ["rmse"])
        #expect(comparison.metrics[0].values == [nil, 58])
    }

    @Test("A limit that no page has is refused, and so is a token of another order")
    func badRequests() async throws {
        let fixture = try Fixture()
        _ = try await makeRuns(fixture)
        var query = try RunQuery(filter: "", orderBy: ["metrics.rmse"])
        query.limit = 1
        let token = try #require(try await fixture.store.search(query).next)

        for limit in [0, -1, 50_001] {
            query.limit = limit
            await expect(.invalid) { _ = try await fixture.store.search(query) }
        }
        for order in [[], ["params.depth"], ["metrics.rmse", "params.depth"], ["start_time"]] {
            let other = try RunQuery(filter: "", orderBy: order, pageToken: token.description)
            await expect(.invalid) { _ = try await fixture.store.search(other) }
        }
        await expect(.invalid) { _ = try RunQuery(filter: "", pageToken: "nonsense") }
    }
}
