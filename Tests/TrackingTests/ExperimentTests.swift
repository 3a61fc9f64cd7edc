import TestSupport
import Testing
import Tracking

@Suite(.database)
struct ExperimentTests {
    @Test("A new experiment is found by id and by name, with its tags")
    func create() async throws {
        let store = try Fixture().store

        let id = try await store.createExperiment(
            named: "quickstart",
            artifactLocation: "s3://bucket",
            tags: ["team": "trees"]
        )

        let experiment = try #require(await store.experiment(id))
        #expect(experiment == (try await store.experiment(named: "quickstart")))
        #expect(experiment.name == "quickstart")
        #expect(experiment.artifactLocation == "s3://bucket")
        #expect(experiment.tags == ["team": "trees"])
        #expect(experiment.stage == .active)
    }

    @Test("Every database has the experiment Default, and lists are newest first")
    func list() async throws {
        let store = try Fixture().store
        try await store.createExperiment(named: "a")
        try await store.createExperiment(named: "b")

        #expect(try await store.experiments().map(\.name) == ["b", "a", "Default"])
        #expect(try await store.experiments(limit: 1).map(\.name) == ["b"])
    }

    @Test("A name is taken once")
    func nameIsTaken() async throws {
        let store = try Fixture().store
        try await store.createExperiment(named: "a")

        await #expect { try await store.createExperiment(named: "a") } throws: { error in
            (error as? TrackingError)?.code == .alreadyExists
        }
    }

    @Test("Many programs that ask for one name at once get one experiment")
    func findOrCreateIsRaced() async throws {
        let stores = try (0..<8).map { _ in try Fixture(connections: 1).store }

        let ids = try await withThrowingTaskGroup(of: Experiment.ID.self) { group in
            for store in stores { group.addTask { try await store.findOrCreateExperiment(named: "raced") } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }

        #expect(ids.count == 1)
    }

    @Test("Deleting takes the runs along, restoring brings them back")
    func deleteAndRestore() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let id = try await store.createExperiment(named: "a")
        let run = try await fixture.makeRun(in: id)

        try await store.deleteExperiment(id)
        #expect(try await store.experiment(id)?.stage == .deleted)
        #expect(try await store.run(run.id)?.stage == .deleted)
        #expect(try await store.experiments().map(\.name) == ["Default"])
        #expect(try await store.experiments(.deletedOnly).map(\.name) == ["a"])
        #expect(try await store.experiments(.all).count == 2)

        try await store.restoreExperiment(id)
        #expect(try await store.experiment(id)?.stage == .active)
        #expect(try await store.run(run.id)?.stage == .active)
        #expect(try await store.run(run.id)?.deletedAt == nil)
    }

    @Test("What a deleted experiment refuses")
    func deletedRefuses() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let id = try await store.createExperiment(named: "a")
        try await store.deleteExperiment(id)

        await expect(.deleted) { try await store.createExperiment(named: "a") }
        await expect(.deleted) { _ = try await store.findOrCreateExperiment(named: "a") }
        await expect(.deleted) { _ = try await fixture.makeRun(in: id) }
        await expect(.deleted) { try await store.deleteExperiment(id) }
        await expect(.deleted) { try await store.renameExperiment(id, to: "b") }
        await expect(.deleted) { try await store.setTags(["a": "b"], experiment: id) }
    }

    @Test("What does not exist, and what cannot be done")
    func refusals() async throws {
        let store = try Fixture().store
        let nobody = Experiment.ID(rawValue: 4711)
        let active = try await store.createExperiment(named: "a")

        await expect(.notFound) { try await store.deleteExperiment(nobody) }
        await expect(.notFound) { try await store.restoreExperiment(nobody) }
        await expect(.notFound) { _ = try await store.experiment("quickstrat") }
        await expect(.notDeleted) { try await store.restoreExperiment(active) }
        await expect(.invalid) { try await store.deleteExperiment(.default) }
        await expect(.invalid) { try await store.createExperiment(named: "") }
        await expect(.invalid) { try await store.createExperiment(named: String(repeating: "é", count: 501)) }
        await expect(.alreadyExists) { try await store.renameExperiment(active, to: "Default") }
    }

    @Test("A name or a number names an experiment; a name goes first")
    func nameOrNumber() async throws {
        let store = try Fixture().store
        let first = try await store.createExperiment(named: "a")
        let second = try await store.createExperiment(named: "\(first)")

        #expect(try await store.experiment("a").id == first)
        #expect(try await store.experiment("\(first)").id == second)
        #expect(try await store.experiment("\(second)").id == second)
    }

    @Test("A tag is set again, and removed")
    func tags() async throws {
        let store = try Fixture().store
        let id = try await store.createExperiment(named: "a", tags: ["x": "1"])

        try await store.setTags(["x": "2", "y": "3"], experiment: id)
        #expect(try await store.experiment(id)?.tags == ["x": "2", "y": "3"])

        try await store.deleteTag("x", experiment: id)
        #expect(try await store.experiment(id)?.tags == ["y": "3"])
        await expect(.notFound) { try await store.deleteTag("x", experiment: id) }
    }

    @Test("Renaming keeps the id")
    func rename() async throws {
        let store = try Fixture().store
        let id = try await store.createExperiment(named: "a")

        try await store.renameExperiment(id, to: "b")

        #expect(try await store.experiment(id)?.name == "b")
        #expect(try await store.experiment(named: "a") == nil)
    }
}

/// Expects a `TrackingError` with this code.
func expect(
    _ code: TrackingError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    await #expect(sourceLocation: sourceLocation) {
        try await body()
    } throws: { error in
        (error as? TrackingError)?.code == code
    }
}
