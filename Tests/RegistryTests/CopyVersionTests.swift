import Registry
import TestSupport
import Testing

@Suite(.database)
struct CopyVersionTests {
    @Test("A copy has the run, the logged model and the files of the version it was made from")
    func copy() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let run = try await fixture.makeRun()
        let model = try await fixture.makeModel(run: run.number, path: "model")
        try await fixture.register("dev", source: "runs:/\(run.id)/model", run: run.number, loggedModel: model.number)
        try await store.setAlias("best", model: "dev", version: 1)
        _ = try await store.createModel(named: "prod")

        let copy = try await store.createVersion(NewModelVersion(model: "prod", source: "models:/dev/1"))
        let byAlias = try await store.createVersion(NewModelVersion(model: "prod", source: "models:/dev@best"))
        let ofCopy = try await store.createVersion(NewModelVersion(model: "prod", source: "models:/prod/1"))

        for version in [copy, byAlias, ofCopy] {
            #expect(version.run == run.id)
            #expect(version.loggedModel == model.id)
            #expect(version.downloadURI == "runs:/\(run.id)/model")
        }
        #expect([copy, byAlias, ofCopy].map(\.version) == [1, 2, 3])
        #expect(try await store.resolve(.version(name: "prod", version: 3)).folder == .run(run.number, path: "model"))
        await expect(.notFound) {
            _ = try await store.createVersion(NewModelVersion(model: "prod", source: "models:/dev/9"))
        }
    }

    @Test("A client names a logged model or a run by its id, also one that is not ours")
    func identities() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let model = try await fixture.makeModel(run: run.number, path: nil)
        _ = try await fixture.store.createModel(named: "m")

        let logged = try await fixture.store.createVersion(NewModelVersion(model: "m", source: "models:/\(model.id)"))
        var foreign = NewModelVersion(model: "m", source: "s3://elsewhere")
        foreign.runID = "somewhere-else"
        foreign.runLink = "https://example.org/run"
        let other = try await fixture.store.createVersion(foreign)
        foreign.runID = run.id
        let own = try await fixture.store.createVersion(foreign)

        #expect(logged.loggedModel == model.id)
        #expect(logged.run == run.id)
        #expect(other.run == "somewhere-else")
        #expect(other.runNumber == nil)
        #expect(other.runLink == "https://example.org/run")
        #expect(own.runNumber == run.number)
    }
}
