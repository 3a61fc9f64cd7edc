import Registry
import TestSupport
import Testing

@Suite(.database)
struct RegisteredModelTests {
    @Test("A registered model shows its versions, aliases and tags")
    func show() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        _ = try await store.createModel(named: "m", description: "trees", tags: ["team": "a"])
        try await fixture.register("m")
        try await fixture.register("m")
        try await store.setAlias("champion", model: "m", version: 1)
        try await store.setTags(["team": "b", "x": "y"], model: "m")

        let model = try await store.model(named: "m")

        #expect(model.description == "trees")
        #expect(model.versionCount == 2)
        #expect(model.latestVersion == 2)
        #expect(model.aliases == ["champion": 1])
        #expect(model.tags == ["team": "b", "x": "y"])
    }

    @Test("Models are listed by name, and pages join")
    func list() async throws {
        let store = try Fixture().store
        for name in ["c", "a", "b"] { _ = try await store.createModel(named: name) }

        #expect(try await store.models().map(\.name) == ["a", "b", "c"])
        #expect(try await store.models(limit: 2).map(\.name) == ["a", "b"])
        #expect(try await store.models(after: "b").map(\.name) == ["c"])
    }

    @Test("Versions are listed newest first, and pages join")
    func versions() async throws {
        let fixture = try Fixture()
        for _ in 0..<4 { try await fixture.register("m") }

        #expect(try await fixture.store.versions(of: "m", limit: 3).map(\.version) == [4, 3, 2])
        #expect(try await fixture.store.versions(of: "m", before: 2).map(\.version) == [1])
        await expect(.notFound) { _ = try await fixture.store.versions(of: "n") }
    }

    @Test("Renaming keeps versions and aliases, and does not take a name")
    func rename() async throws {
        let fixture = try Fixture()
        try await fixture.register("m")
        try await fixture.register("taken")
        try await fixture.store.setAlias("champion", model: "m", version: 1)

        try await fixture.store.renameModel("m", to: "n")

        #expect(try await fixture.store.version(alias: "champion", of: "n").version == 1)
        await expect(.notFound) { _ = try await fixture.store.model(named: "m") }
        await expect(.notFound) { try await fixture.store.renameModel("m", to: "x") }
        await expect(.alreadyExists) { try await fixture.store.renameModel("n", to: "taken") }
        await expect(.invalid) { try await fixture.store.renameModel("n", to: "a/b") }
    }

    @Test("Deleting a model takes everything of it along")
    func delete() async throws {
        let fixture = try Fixture()
        try await fixture.register("m")
        try await fixture.store.setAlias("champion", model: "m", version: 1)
        try await fixture.store.setTags(["a": "b"], model: "m", version: 1)

        try await fixture.store.deleteModel("m")

        #expect(try await fixture.store.models().isEmpty)
        await expect(.notFound) { try await fixture.store.deleteModel("m") }
        await expect(.notFound) { try await fixture.store.deleteVersion(1, of: "m") }
    }

    @Test("An alias points at one version, moves, and goes with it")
    func aliases() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        for _ in 0..<3 { try await fixture.register("m") }

        try await store.setAlias("champion", model: "m", version: 1)
        try await store.setAlias("champion", model: "m", version: 3)
        try await store.setAlias("older", model: "m", version: 1)
        #expect(try await store.version(3, of: "m").aliases == ["champion"])
        #expect(try await store.model(named: "m").aliases == ["champion": 3, "older": 1])
        await expect(.notFound, "champion (version 3)", "older (version 1)") {
            _ = try await store.version(alias: "none", of: "m")
        }

        try await store.deleteVersion(3, of: "m")
        try await store.deleteAlias("older", model: "m")
        #expect(try await store.model(named: "m").aliases.isEmpty)
        await expect(.notFound, "it has none") { try await store.deleteAlias("older", model: "m") }
        await expect(.notFound, "no version 9", "versions 1–2 exist") {
            try await store.setAlias("champion", model: "m", version: 9)
        }
    }

    @Test("Names that cannot be aliases", arguments: ["", "latest", "LATEST", "v1", "V23", "a b", "a/b", "ä"])
    func badAliases(alias: String) async throws {
        let fixture = try Fixture()
        try await fixture.register("m")

        await expect(.invalid) { try await fixture.store.setAlias(alias, model: "m", version: 1) }
    }

    @Test(
        "Names that cannot be registered",
        arguments: ["", " ", "a/b", "a:b", ".", "..", "a\u{0}", String(repeating: "x", count: 257)]
    )
    func badNames(name: String) async throws {
        let fixture = try Fixture()

        await expect(.invalid) { try await fixture.register(name) }
        await expect(.invalid) { _ = try await fixture.store.createModel(named: name) }
    }

    @Test("Tags of versions are set again, and removed")
    func versionTags() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        try await fixture.register("m")

        try await store.setTags(["a": "1", "b": "2"], model: "m", version: 1)
        try await store.setTags(["a": "3"], model: "m", version: 1)
        #expect(try await store.version(1, of: "m").tags == ["a": "3", "b": "2"])

        try await store.deleteTag("a", model: "m", version: 1)
        #expect(try await store.version(1, of: "m").tags == ["b": "2"])
        await expect(.notFound, "no tag 'a'") { try await store.deleteTag("a", model: "m", version: 1) }
        await expect(.notFound, "no version 2") { try await store.deleteTag("a", model: "m", version: 2) }
        await expect(.notFound, "no version 2") { try await store.setTags(["a": "1"], model: "m", version: 2) }
        await expect(.notFound) { try await store.setTags(["a": "1"], model: "n") }
        await expect(.notFound, "no tag 'a'") { try await store.deleteTag("a", model: "m") }
        try await store.setTags(["a": "1"], model: "m")
        try await store.deleteTag("a", model: "m")
        #expect(try await store.model(named: "m").tags.isEmpty)
    }

    @Test("Descriptions and stages change")
    func update() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        try await fixture.register("m")

        try await store.setDescription("about", model: "m")
        try await store.updateVersion(1, of: "m", description: "one", stage: .production)
        try await store.updateVersion(1, of: "m")

        #expect(try await store.model(named: "m").description == "about")
        #expect(try await store.version(1, of: "m").description == "one")
        #expect(try await store.version(1, of: "m").stage == .production)
        await expect(.notFound) { try await store.setDescription("x", model: "n") }
        await expect(.notFound) { try await store.updateVersion(2, of: "m", description: "x") }
    }

    @Test("A name that does not exist is answered with the nearest one, or with what there is")
    func suggestions() async throws {
        let fixture = try Fixture()
        await expect(.notFound, "none is registered yet") { _ = try await fixture.store.model(named: "rf_regressor") }

        try await fixture.register("rf_regressor")
        try await fixture.register("iris")

        await expect(.notFound, "did you mean 'rf_regressor'?") {
            _ = try await fixture.store.model(named: "rf_regresor")
        }
        await expect(.notFound, "registered are iris, rf_regressor") {
            _ = try await fixture.store.model(named: "boosted")
        }
        await expect(.notFound) { _ = try await fixture.store.model(named: "a\u{0}") }
        await expect(.notFound, "no version 7: version 1 exists") { _ = try await fixture.store.version(7, of: "iris") }
        await expect(.notFound, "no version") { _ = try await fixture.store.version(Int.max, of: "iris") }
    }
}
