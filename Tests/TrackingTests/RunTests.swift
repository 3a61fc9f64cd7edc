import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct RunTests {
    @Test("A new run is read back with all that was said of it")
    func create() async throws {
        let fixture = try Fixture()
        let parent = try await fixture.makeRun(named: "sweep")
        let created = try await fixture.store.createRun(
            NewRun(
                experiment: .default,
                name: "child",
                user: "ada",
                startedAt: time(1_700_000_000_123),
                parent: parent.id,
                params: ["max_depth": "5"],
                tags: ["note": "first"]
            )
        )

        let read = try #require(await fixture.store.run(created.id))
        #expect(read == created)
        #expect(read == (try await fixture.store.run(created.number)))
        #expect(read.id.rawValue.count == 32)
        #expect(read.experimentName == "Default")
        #expect(read.status == .running)
        #expect(read.user == "ada")
        // Dates are doubles; the database keeps whole microseconds.
        #expect(abs(try #require(read.startedAt).timeIntervalSince(time(1_700_000_000_123))) < 1e-6)
        #expect(read.parent == parent.id)
        #expect(read.params == ["max_depth": "5"])
        #expect(read.tags == ["note": "first", "mlflow.runName": "child", "mlflow.parentRunId": parent.id.rawValue])
    }

    @Test("A parameter is written once: the same value is fine, another is refused and changes nothing")
    func params() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun(params: ["a": "1"])

        try await fixture.store.log(params: ["a": "1", "b": "2"], run: run.id)
        await expect(.conflict) { try await fixture.store.log(params: ["a": "9", "c": "3"], run: run.id) }
        await expect(.conflict) {
            try await fixture.store.log(
                metrics: [Metric(key: "m", value: 1, timestamp: .now)],
                params: ["a": "9"],
                tags: ["t": "x"],
                run: run.id
            )
        }

        let read = try #require(await fixture.store.run(run.id))
        #expect(read.params == ["a": "1", "b": "2"])
        #expect(read.metrics.isEmpty)
        #expect(read.tags["t"] == nil)
    }

    @Test("Of two writers that log a parameter at once with other values, one is refused")
    func paramsAreRaced() async throws {
        let fixture = try Fixture(connections: 2)
        let run = try await fixture.makeRun()
        let store = fixture.store

        let refusals = await withTaskGroup(of: Int.self) { group in
            for value in ["1", "2"] {
                group.addTask {
                    do {
                        try await store.log(params: ["a": value], run: run.id)
                        return 0
                    } catch {
                        return (error as? TrackingError)?.code == .conflict ? 1 : 100
                    }
                }
            }
            return await group.reduce(0, +)
        }

        #expect(refusals == 1)
    }

    @Test("Tags change, and the name and parent of the run follow theirs")
    func tags() async throws {
        let fixture = try Fixture()
        let parent = try await fixture.makeRun(named: "parent")
        let run = try await fixture.makeRun(tags: ["a": "1"])

        try await fixture.store.log(
            tags: ["a": "2", "mlflow.runName": "renamed", "mlflow.parentRunId": parent.id.rawValue],
            run: run.id
        )
        let read = try #require(await fixture.store.run(run.id))
        #expect(read.name == "renamed")
        #expect(read.parent == parent.id)
        #expect(read.tags["a"] == "2")

        try await fixture.store.deleteTag("a", run: run.id)
        #expect(try await fixture.store.run(run.id)?.tags["a"] == nil)
        await expect(.notFound) { try await fixture.store.deleteTag("a", run: run.id) }
    }

    @Test("A run ends")
    func update() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun(startedAt: time(1000))

        try await fixture.store.updateRun(run.id, status: .finished, endedAt: time(3500), name: "done")
        try await fixture.store.updateRun(run.id)

        let read = try #require(await fixture.store.run(run.id))
        #expect(read.status == .finished)
        #expect(read.duration == 2.5)
        #expect(read.name == "done")
        #expect(read.tags["mlflow.runName"] == "done")
    }

    @Test("A deleted run takes nothing until it is restored")
    func deleteAndRestore() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let run = try await fixture.makeRun()

        try await store.deleteRun(run.id)
        #expect(try await store.run(run.id)?.stage == .deleted)
        #expect(try await store.run(run.id)?.deletedAt != nil)
        await expect(.deleted) { try await store.deleteRun(run.id) }
        await expect(.deleted) { try await store.log(params: ["a": "1"], run: run.id) }
        await expect(.deleted) { try await store.updateRun(run.id, status: .failed) }

        try await store.restoreRun(run.id)
        try await store.log(params: ["a": "1"], run: run.id)
        await expect(.notDeleted) { try await store.restoreRun(run.id) }
    }

    @Test("A run of a deleted experiment is not restored alone")
    func restoreNeedsTheExperiment() async throws {
        let fixture = try Fixture()
        let id = try await fixture.store.createExperiment(named: "a")
        let run = try await fixture.makeRun(in: id)
        try await fixture.store.deleteExperiment(id)

        await expect(.deleted) { try await fixture.store.restoreRun(run.id) }
    }

    @Test("What does not exist")
    func notFound() async throws {
        let store = try Fixture().store
        let nobody = Run.ID(rawValue: "00000000000000000000000000000000")

        #expect(try await store.run(nobody) == nil)
        #expect(try await store.run(Run.ID(rawValue: "a\u{0}")) == nil)
        await expect(.notFound) { try await store.deleteRun(nobody) }
        await expect(.notFound) { try await store.restoreRun(nobody) }
        await expect(.notFound) { try await store.log(params: ["a": "1"], run: nobody) }
        await expect(.notFound) { _ = try await store.runs([nobody]) }
        await expect(.notFound) { _ = try await store.run(startingWith: "abc") }
        await expect(.notFound) { _ = try await store.run(startingWith: "xyz") }
        await expect(.notFound) { _ = try await store.run(startingWith: "") }
    }

    @Test("The first digits of an id name a run, if no other has them")
    func prefix() async throws {
        let fixture = try Fixture()
        // 17 runs: two of them share a first digit.
        var runs: [Run] = []
        for _ in 0..<17 { runs.append(try await fixture.makeRun()) }
        let shared = Dictionary(grouping: runs) { $0.id.rawValue.prefix(1) }.first { $0.value.count > 1 }!.key

        for run in runs {
            #expect(try await fixture.store.run(startingWith: run.id.rawValue) == run)
            #expect(try await fixture.store.run(startingWith: String(run.id.rawValue.prefix(20))) == run)
        }
        await expect(.ambiguous) { _ = try await fixture.store.run(startingWith: String(shared)) }
    }

    @Test("A job has a run for each attempt; the latest one is its run")
    func runOfJob() async throws {
        let fixture = try Fixture()
        try await fixture.pool.withSession { session in
            for attempt in 1...2 {
                _ = try session.execute(
                    "insert into coppice.runs (experiment_id, name, job_id, attempt) values (0, 'r', 7, \(attempt))"
                )
            }
        }

        #expect(try await fixture.store.run(ofJob: 7)?.attempt == 2)
        #expect(try await fixture.store.run(ofJob: 7, attempt: 1)?.attempt == 1)
        #expect(try await fixture.store.run(ofJob: 7, attempt: 3) == nil)
        #expect(try await fixture.store.run(ofJob: 8) == nil)
    }

    @Test("A batch has limits")
    func batchLimits() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let params = Dictionary(uniqueKeysWithValues: (0...100).map { ("p\($0)", "1") })
        let metrics = (0...1000).map { Metric(key: "m", value: 0, step: Int64($0), timestamp: time(0)) }

        await expect(.invalid) { try await fixture.store.log(params: params, run: run.id) }
        await expect(.invalid) { try await fixture.store.log(tags: params, run: run.id) }
        await expect(.invalid) { try await fixture.store.log(metrics: metrics, run: run.id) }
        await expect(.invalid) {
            try await fixture.store.log(metrics: Array(metrics.prefix(1000)), tags: ["a": "b"], run: run.id)
        }
        try await fixture.store.log(metrics: Array(metrics.prefix(1000)), run: run.id)
    }

    @Test("Values that are too long are cut, as MLflow cuts them")
    func longValues() async throws {
        let fixture = try Fixture()
        let long = String(repeating: "é", count: 9000)
        let created = try await fixture.makeRun(params: ["a": long], tags: ["a": long])
        try await fixture.store.log(params: ["b": long], tags: ["b": long], run: created.id)

        let run = try #require(try await fixture.store.run(created.id))

        #expect(["a", "b"].map { run.params[$0]?.count } == [6000, 6000])
        #expect(["a", "b"].map { run.tags[$0]?.count } == [8000, 8000])
        #expect(created.params["a"] == run.params["a"])
    }

    @Test("A run that has just been created is what is read of it")
    func createdIsRead() async throws {
        let fixture = try Fixture()
        let parent = try await fixture.makeRun()

        let run = try await fixture.store.createRun(
            NewRun(experiment: .default, name: "child", startedAt: time(1), parent: parent.id, params: ["a": "1"])
        )

        #expect(run.parent == parent.id)
        #expect(try await fixture.store.run(run.id) == run)
    }
}
