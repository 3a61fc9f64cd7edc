import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct LoggedModelTests {
    @Test("A model is logged under the id its files carry, and is an output of its run")
    func create() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let id = LoggedModel.ID.random()
        let signature = #"{"inputs": "[]", "outputs": "[]"}"#

        let model = try await fixture.pool.withTransaction { session in
            try TrackingStore.createLoggedModel(
                NewLoggedModel(
                    id: id,
                    experiment: .default,
                    name: "model_diabetes",
                    run: run.number,
                    artifactPath: "model_diabetes",
                    modelType: "onnx",
                    signature: signature,
                    params: ["n_estimators": "100"],
                    tags: ["a": "b"],
                    metrics: [Metric(key: "rmse", value: 54, timestamp: time(1))]
                ),
                in: session
            )
        }

        #expect(id.rawValue.utf8.count == 34)
        #expect(model == (try await fixture.store.loggedModel(id)))
        #expect(try await fixture.store.loggedModels(of: run.number) == [model])
        #expect(model.run == run.id)
        #expect(model.artifactPath == "model_diabetes")
        #expect(model.status == .ready)
        #expect(model.signature == signature)
        #expect(model.params == ["n_estimators": "100"])
        #expect(model.tags == ["a": "b"])
        let counts = try await fixture.pool.withSession { session in
            let rows = try session.execute(
                """
                select (select count(*) from coppice.run_outputs where run_no = \(run.number)),
                    (select count(*) from coppice.logged_model_metrics where run_no = \(run.number) and value = 54)
                """
            )
            return [try rows.int(0, 0), try rows.int(0, 1)]
        }
        #expect(counts == [1, 1])
    }

    @Test("An id is taken once")
    func idIsTaken() async throws {
        let fixture = try Fixture()
        let model = NewLoggedModel(experiment: .default, name: "m")
        _ = try await fixture.pool.withTransaction { try TrackingStore.createLoggedModel(model, in: $0) }

        await expect(.alreadyExists) {
            _ = try await fixture.pool.withTransaction { try TrackingStore.createLoggedModel(model, in: $0) }
        }
        #expect(try await fixture.store.loggedModel(LoggedModel.ID(rawValue: "m-none")) == nil)
    }

    @Test("A dataset is one row for all runs of an experiment that used it")
    func inputs() async throws {
        let fixture = try Fixture()
        let diabetes = DatasetInfo(
            name: "diabetes",
            digest: "0123abcd",
            sourceType: "code",
            source: "{}",
            schema: "{}",
            profile: nil
        )
        let runs = [try await fixture.makeRun(), try await fixture.makeRun()]

        for run in runs {
            for _ in 0..<2 {
                try await fixture.pool.withTransaction { session in
                    try TrackingStore.logInput(
                        dataset: diabetes,
                        context: "training",
                        run: run.number,
                        experiment: .default,
                        in: session
                    )
                }
            }
            #expect(
                try await fixture.store.inputs(of: run.number) == [
                    RunInput(dataset: diabetes, tags: ["mlflow.data.context": "training"])
                ]
            )
        }
        let count = try await fixture.pool.withSession {
            try $0.execute("select count(*) from coppice.datasets").int(0, 0)
        }
        #expect(count == 1)
    }

    @Test("A dataset has limits")
    func datasetLimits() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let tooLong = DatasetInfo(
            name: "d",
            digest: String(repeating: "0", count: 37),
            sourceType: "code",
            source: "{}"
        )

        await expect(.invalid) {
            try await fixture.pool.withTransaction { session in
                try TrackingStore.logInput(
                    dataset: tooLong,
                    context: "training",
                    run: run.number,
                    experiment: .default,
                    in: session
                )
            }
        }
    }
}
