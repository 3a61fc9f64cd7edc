import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct PrivilegeTests {
    @Test("The worker's role may log what a finishing job logs")
    func worker() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let dataset = DatasetInfo(name: "diabetes", digest: "0123abcd", sourceType: "code", source: "{}")

        try await fixture.pool.withTransaction { session in
            _ = try session.execute("set local role coppice_worker")
            try TrackingStore.log(params: ["a": "1"], run: run.number, in: session)
            try TrackingStore.log(
                metrics: [Metric(key: "rmse", value: 54, timestamp: .now)],
                run: run.number,
                in: session
            )
            try TrackingStore.setTags(["a": "1"], run: run.number, in: session)
            try TrackingStore.logInput(
                dataset: dataset,
                context: "training",
                run: run.number,
                experiment: .default,
                in: session
            )
            _ = try TrackingStore.createLoggedModel(
                NewLoggedModel(
                    experiment: .default,
                    name: "m",
                    run: run.number,
                    artifactPath: "m",
                    params: ["a": "1"],
                    tags: ["a": "1"],
                    metrics: [Metric(key: "rmse", value: 54, timestamp: .now)]
                ),
                in: session
            )
        }

        #expect(try await fixture.store.run(run.id)?.metrics["rmse"]?.value == 54)
    }

    @Test("The submitter's role may name a new experiment")
    func submitter() async throws {
        let fixture = try Fixture()

        let id = try await fixture.pool.withTransaction { session in
            _ = try session.execute("set local role coppice_submitter")
            return try TrackingStore.findOrCreateExperiment(named: "new", in: session)
        }

        #expect(try await fixture.store.experiment(id)?.name == "new")
    }
}
