import Postgres
import Registry
import SearchGrammar
import TestSupport
import Testing

@Suite(.database)
struct RegistrySearchTests {
    /// Models a (two versions), B and c; then a prompt.
    private func makeModels(_ fixture: Fixture) async throws -> (number: Int64, id: String) {
        let run = try await fixture.makeRun()
        try await fixture.register("a", source: "s3://x/1", run: run.number)
        try await fixture.register("B", source: "s3://y/1")
        try await fixture.register("c", source: "s3://x/2")
        try await fixture.register("a", source: "s3://x/3")
        try await fixture.register("prompt")
        try await fixture.store.setTags(["team": "1"], model: "a")
        try await fixture.store.setTags(["team": "2"], model: "c")
        try await fixture.store.setTags(["ok": "yes"], model: "a", version: 2)
        try await fixture.store.setTags(["mlflow.prompt.is_prompt": "true"], model: "prompt")
        try await fixture.store.setTags(["mlflow.prompt.is_prompt": "true"], model: "prompt", version: 1)
        return run
    }

    private func models(_ store: RegistryStore, _ filter: String, by order: [String] = []) async throws -> String {
        try await store.searchModels(.models(filter: filter, orderBy: order)).items.map(\.name).joined(separator: " ")
    }

    private func versions(_ store: RegistryStore, _ filter: String, by order: [String] = []) async throws -> String {
        try await store.searchVersions(.versions(filter: filter, orderBy: order)).items
            .map { "\($0.model)\($0.version)" }.joined(separator: " ")
    }

    @Test("Registered models are found by name and tag; prompts only by their tag")
    func searchModels() async throws {
        let fixture = try Fixture()
        _ = try await makeModels(fixture)
        let store = fixture.store

        #expect(try await Set(models(store, "").split(separator: " ")) == ["a", "B", "c"])
        #expect(try await models(store, "name ILIKE 'b'") == "B")
        #expect(try await models(store, "name IN ('a', 'c')", by: ["name DESC"]) == "c a")
        #expect(try await models(store, "tags.team = '1'") == "a")
        #expect(try await models(store, "tags.team != '1'") == "c")
        #expect(try await models(store, "tags.`mlflow.prompt.is_prompt` = 'true'") == "prompt")
        #expect(try await models(store, "tags.`mlflow.prompt.is_prompt` = 'false' AND name = 'a'") == "a")
        #expect(try await models(store, "", by: ["timestamp DESC"]) == "a c B")
        #expect(try await models(store, "", by: ["last_updated_timestamp"]).hasPrefix("B"))
        await expect(.invalid) { _ = try RegistryQuery.models(filter: "", orderBy: ["version_number"]) }
        await expect(.invalid) { _ = try RegistryQuery.models(filter: "metrics.a > 1") }
        await expect(.invalid) { _ = try await store.searchModels(.models(filter: "", limit: 0)) }
    }

    @Test("Versions are found by name, number, source, run and tag")
    func searchVersions() async throws {
        let fixture = try Fixture()
        let run = try await makeModels(fixture)
        let store = fixture.store

        #expect(try await versions(store, "", by: ["name", "version_number"]).contains("a1 a2"))
        #expect(try await versions(store, "name = 'a'") == "a2 a1")
        #expect(try await versions(store, "version_number > 1") == "a2")
        #expect(
            try await versions(store, "source_path LIKE 's3://x/%' AND version_number = 1", by: ["name"]) == "a1 c1"
        )
        #expect(try await versions(store, "run_id = '\(run.id)'") == "a1")
        #expect(try await versions(store, "run_id IN ('\(run.id)', 'x')") == "a1")
        #expect(try await versions(store, "tags.ok = 'yes'") == "a2")
        #expect(try await !versions(store, "").contains("prompt"))
        await expect(.invalid) { _ = try RegistryQuery.versions(filter: "version_number > 1.5") }
    }

    @Test("Pages join to the whole")
    func pages() async throws {
        let fixture = try Fixture()
        _ = try await makeModels(fixture)
        for order in [[], ["name DESC"], ["version_number", "name"], ["creation_timestamp"]] {
            var query = try RegistryQuery.versions(filter: "", orderBy: order)
            let whole = try await fixture.store.searchVersions(query).items
            query.limit = 1
            var joined: [ModelVersion] = []
            repeat {
                let page = try await fixture.store.searchVersions(query)
                joined += page.items
                query.after = page.next
            } while query.after != nil
            #expect(joined == whole)
        }
    }
}
