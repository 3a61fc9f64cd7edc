import Postgres
import Registry
import TestSupport
import Testing

@Suite(.database)
struct PrivilegeTests {
    @Test("The worker's role may register a version, with tags, and move an alias to it")
    func worker() async throws {
        let fixture = try Fixture()
        try await fixture.register("m")
        try await fixture.store.setAlias("champion", model: "m", version: 1)

        for model in ["m", "new"] {
            try await fixture.pool.withTransaction { session in
                _ = try session.execute("set local role coppice_worker")
                let version = try RegistryStore.registerVersion(
                    NewModelVersion(model: model, source: "runs:/x/model", tags: ["a": "b"]),
                    in: session
                )
                _ = try RegistryStore.holder(of: "champion", model: model, in: session)
                try RegistryStore.setAlias("champion", model: model, version: version, in: session)
            }
        }

        #expect(try await fixture.store.model(named: "m").aliases == ["champion": 2])
        #expect(try await fixture.store.model(named: "new").aliases == ["champion": 1])
    }

    @Test("The submitter's role may resolve a model")
    func submitter() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        try await fixture.register("m", source: "runs:/\(run.id)/model", run: run.number)

        let found = try await fixture.pool.withTransaction { session in
            _ = try session.execute("set local role coppice_submitter")
            return try RegistryStore.resolve(.latest(name: "m"), in: session)
        }

        #expect(found.folder == .run(run.number, path: "model"))
    }
}
