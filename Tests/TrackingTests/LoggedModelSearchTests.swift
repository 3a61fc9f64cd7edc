import FoundationEssentials
import SearchGrammar
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct LoggedModelSearchTests {
    /// Models a, b and c, in this order, with losses 3, 1 and none; b was measured on a dataset.
    private func makeModels(_ fixture: Fixture) async throws -> [LoggedModel] {
        let run = try await fixture.makeRun()
        var models: [LoggedModel] = []
        for (name, kind) in [("a", "forest"), ("b", "tree"), ("c", "forest")] {
            models.append(
                try await fixture.store.createLoggedModel(
                    NewLoggedModel(
                        experiment: .default,
                        name: name,
                        status: .pending,
                        modelType: kind,
                        params: ["depth": name],
                        tags: ["kind": kind]
                    ),
                    run: name == "c" ? nil : run.id
                )
            )
        }
        func loss(_ value: Double, _ time: Int) -> Metric {
            Metric(key: "loss", value: value, timestamp: Date(timeIntervalSince1970: Double(time)))
        }
        try await fixture.store.log(
            modelMetrics: [
                (models[0].id, LoggedModelMetric(loss(9, 1), run: run.id)),
                (models[0].id, LoggedModelMetric(loss(3, 2), run: run.id)),
                (models[1].id, LoggedModelMetric(loss(1, 1), run: run.id, datasetName: "d", datasetDigest: "0")),
            ],
            run: run.id
        )
        return models
    }

    private func names(_ fixture: Fixture, _ filter: String) async throws -> String {
        try await fixture.store.search(LoggedModelQuery(experiments: [.default], filter: filter)).items.map(\.name)
            .joined()
    }

    @Test(
        "Conditions select logged models, the newest first",
        arguments: [
            ("", "cba"), ("name = 'a'", "a"), ("name = a", "a"), ("model_type LIKE 'f%'", "ca"),
            ("params.depth IN ('a', 'b')", "ba"), ("tags.kind != 'tree'", "ca"), ("status = 'PENDING'", "cba"),
            ("metrics.loss < 4", "ba"), ("metrics.loss > 4", "a"), ("creation_timestamp > 0", "cba"),
            ("attributes.source_run_id LIKE '%'", "cba"), ("attributes.source_run_id LIKE '_%'", "ba"),
            ("source_run_id = ''", "c"), ("source_run_id != 'x'", "cba"), ("model_type != 'g'", "cba"),
            ("last_updated_timestamp < 5", ""),
        ]
    )
    func conditions(filter: String, expected: String) async throws {
        let fixture = try Fixture()
        _ = try await makeModels(fixture)

        #expect(try await names(fixture, filter) == expected)
    }

    @Test("Models are sorted by their latest metric, on a dataset if one is named; those without come last")
    func order() async throws {
        let fixture = try Fixture()
        let models = try await makeModels(fixture)
        func sorted(by field: String, _ isAscending: Bool, on dataset: LoggedModelQuery.Dataset? = nil) async throws
            -> String
        {
            var query = LoggedModelQuery(experiments: [.default])
            query.order = [try .init(field: field, isAscending: isAscending, on: dataset)]
            let whole = try await fixture.store.search(query).items.map(\.name)
            var joined: [String] = []
            query.limit = 1
            repeat {
                let page = try await fixture.store.search(query)
                joined += page.items.map(\.name)
                query.after = page.next
            } while query.after != nil
            #expect(joined == whole)
            return whole.joined()
        }
        var onDataset = LoggedModelQuery(experiments: [.default])
        onDataset.datasets = [.init(name: "d")]

        #expect(try await sorted(by: "metrics.loss", true) == "bac")
        #expect(try await sorted(by: "metrics.loss", false) == "abc")
        #expect(try await sorted(by: "metrics.loss", true, on: .init(name: "d", digest: "0")) == "bca")
        #expect(try await sorted(by: "name", false) == "cba")
        #expect(try await sorted(by: "source_run_id", true) == "cba")
        #expect(try await sorted(by: "source_run_id", false) == "bac")
        #expect(try await fixture.store.search(onDataset).items.map(\.id) == [models[1].id])
        await expect(.invalid) { _ = try LoggedModelQuery.Order(field: "params.depth", isAscending: true) }
    }

    @Test("A model is finalized, tagged, given parameters and deleted")
    func life() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let id = try await makeModels(fixture)[0].id

        #expect(try await store.finalizeLoggedModel(id, status: .ready).status == .ready)
        try await store.setTags(["kind": "x", "new": "y"], model: id)
        try await store.deleteTag("new", model: id)
        try await store.log(params: ["depth": "a", "width": "2"], model: id)
        let model = try #require(try await store.loggedModel(id))
        #expect(model.tags == ["kind": "x"])
        #expect(model.params == ["depth": "a", "width": "2"])
        #expect(model.metrics.map(\.metric.value) == [3])

        await expect(.conflict) { try await store.log(params: ["depth": "b"], model: id) }
        await expect(.notFound) { try await store.deleteTag("new", model: id) }
        let nobody = LoggedModel.ID(rawValue: "m-0")
        await expect(.notFound) { _ = try await store.finalizeLoggedModel(nobody, status: .ready) }
        await expect(.notFound) { try await store.setTags(["a": "b"], model: nobody) }

        try await store.deleteLoggedModel(id)
        #expect(try await store.loggedModel(id)?.stage == .deleted)
        #expect(try await names(fixture, "name = 'a'") == "")
    }

    @Test("A run says which models and data it read and which it made")
    func inputsAndOutputs() async throws {
        let fixture = try Fixture()
        let models = try await makeModels(fixture).map(\.id)
        let run = try await fixture.makeRun()
        let input = RunInput(
            dataset: DatasetInfo(name: "d", digest: "0", sourceType: "code", source: "{}"),
            tags: [RunInput.contextTag: "training"]
        )

        try await fixture.store.logInputs([input, input], models: [models[0], models[0]], run: run.id)
        try await fixture.store.logOutputs([RunOutput(model: models[1], step: 3)], run: run.id)
        try await fixture.store.logOutputs([RunOutput(model: models[1], step: 4)], run: run.id)

        let read = try #require(try await fixture.store.run(run.id))
        #expect(read.inputs == [input])
        #expect(try await fixture.store.datasets(usedIn: [.default]).map(\.context) == ["training"])
        #expect(try await fixture.store.datasets(usedIn: [Experiment.ID(rawValue: 7)]).isEmpty)
        #expect(read.modelInputs == [models[0]])
        #expect(read.outputs == [RunOutput(model: models[1], step: 4)])
        await expect(.notFound) {
            try await fixture.store.logOutputs([RunOutput(model: LoggedModel.ID(rawValue: "m-0"))], run: run.id)
        }
        try await fixture.store.deleteRun(run.id)
        await expect(.deleted) { try await fixture.store.logInputs([input], run: run.id) }
    }
}
