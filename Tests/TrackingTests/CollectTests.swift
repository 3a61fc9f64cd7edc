import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct CollectTests {
    private func count(_ table: String, _ fixture: Fixture) async throws -> Int {
        try await fixture.pool.withSession { session in
            try session.execute("select count(*) from coppice.\(identifier: table)").int(0, 0)
        }
    }

    /// A deleted run with something of everything, and an active one.
    private func makeRuns(_ fixture: Fixture) async throws -> [Run] {
        var runs: [Run] = []
        for name in ["deleted", "active"] {
            let run = try await fixture.makeRun(named: name, params: ["a": "1"], tags: ["a": "1"])
            try await fixture.store.log(metrics: [Metric(key: "m", value: 1, timestamp: time(1))], run: run.id)
            try await fixture.pool.withTransaction { session in
                _ = try TrackingStore.createLoggedModel(
                    NewLoggedModel(
                        experiment: .default,
                        name: "m",
                        run: run.number,
                        artifactPath: "m",
                        metrics: [Metric(key: "m", value: 1, timestamp: time(1))]
                    ),
                    in: session
                )
            }
            runs.append(run)
        }
        try await fixture.store.deleteRun(runs[0].id)
        return runs
    }

    @Test("Deleted runs go for good with all that was logged to them; others stay")
    func runs() async throws {
        let fixture = try Fixture()
        let runs = try await makeRuns(fixture)

        let rehearsal = try await fixture.store.collectRuns(deletedBefore: .zero, isRehearsal: true)
        #expect(rehearsal == CollectedRuns(runs: 1))
        #expect(try await count("runs", fixture) == 2)
        #expect(try await fixture.store.collectRuns(deletedBefore: .seconds(3600)) == CollectedRuns())
        #expect(try await fixture.store.collectRuns(deletedBefore: .zero) == CollectedRuns(runs: 1))

        #expect(try await fixture.store.run(runs[0].id) == nil)
        #expect(try await fixture.store.run(runs[1].id) != nil)
        for table in ["metrics", "latest_metrics", "params", "logged_models", "logged_model_metrics", "run_outputs"] {
            #expect(try await count(table, fixture) == 1, "\(table)")
        }
    }

    @Test("A run stays while a registered version came from it, or while its job runs")
    func neededRuns() async throws {
        let fixture = try Fixture()
        let run = try await makeRuns(fixture)[0]
        try await fixture.pool.withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    set search_path = coppice;
                    insert into registered_models (name) values ('rf');
                    insert into model_versions (registered_model_no, version, source, model_no)
                    select 1, 1, 'models:/m', min(model_no) from logged_models;
                    """
            )
        }

        #expect(try await fixture.store.collectRuns(deletedBefore: .zero) == CollectedRuns(keptRuns: 1))
        #expect(try await fixture.store.run(run.id) != nil)

        try await fixture.pool.execute("delete from coppice.model_versions")
        #expect(try await fixture.store.collectRuns(deletedBefore: .zero) == CollectedRuns(runs: 1))
    }

    @Test("Deleted experiments go with their runs, unless one of these must stay")
    func experiments() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let ids = [try await store.createExperiment(named: "a"), try await store.createExperiment(named: "b")]
        let runs = [try await fixture.makeRun(in: ids[0]), try await fixture.makeRun(in: ids[1])]
        for id in ids { try await store.deleteExperiment(id) }
        try await fixture.pool.withSession { session in
            try session.execute("insert into coppice.registered_models (name) values ('rf')")
            try session.execute(
                """
                insert into coppice.model_versions (registered_model_no, version, source, run_no)
                values (1, 1, 'runs:/x/m', \(runs[1].number))
                """
            )
        }

        let expected = CollectedRuns(runs: 1, experiments: 1, keptRuns: 1)
        #expect(try await store.collectExperiments(deletedBefore: .zero, isRehearsal: true) == expected)
        #expect(try await store.collectExperiments(deletedBefore: .seconds(3600)) == CollectedRuns())
        #expect(try await store.collectExperiments(deletedBefore: .zero) == expected)
        #expect(try await store.experiment(ids[0]) == nil)
        #expect(try await store.experiment(ids[1])?.stage == .deleted)
    }
}
