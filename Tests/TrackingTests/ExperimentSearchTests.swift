import FoundationEssentials
import SearchGrammar
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct ExperimentSearchTests {
    /// Three experiments besides Default, in this order.
    private func makeExperiments(_ store: TrackingStore) async throws {
        for (name, team) in [("houses", "pricing"), ("Hens", "farm"), ("boats", "pricing")] {
            try await store.createExperiment(named: name, tags: ["team": team, name: "x"])
        }
    }

    private func names(_ store: TrackingStore, _ filter: String, by order: [String] = []) async throws -> [String] {
        try await store.search(ExperimentQuery(filter: filter, orderBy: order)).items.map(\.name)
    }

    @Test(
        "Conditions select experiments, the newest first",
        arguments: [
            ("", ["boats", "Hens", "houses", "Default"]),
            ("name = 'boats'", ["boats"]),
            ("name LIKE 'h%'", ["houses"]),
            ("attribute.name ILIKE 'h%'", ["Hens", "houses"]),
            ("tags.team = 'pricing'", ["boats", "houses"]),
            ("tags.team != 'pricing'", ["Hens"]),
            ("tags.Hens IS NOT NULL", ["Hens"]),
            ("tags.team IS NULL", ["Default"]),
            ("experiment_id IN ('0', '2')", ["Hens", "Default"]),
            ("experiment_id != '0' AND tags.team = 'farm'", ["Hens"]),
            ("creation_time > 1000 AND last_update_time < 1000", []),
        ]
    )
    func conditions(filter: String, expected: [String]) async throws {
        let store = try Fixture().store
        try await makeExperiments(store)

        #expect(try await names(store, filter) == expected)
    }

    @Test("Experiments are sorted by name, number and time, and pages join")
    func order() async throws {
        let store = try Fixture().store
        try await makeExperiments(store)

        #expect(try await names(store, "", by: ["experiment_id"]) == ["Default", "houses", "Hens", "boats"])
        #expect(try await names(store, "", by: ["name DESC"]) == names(store, "", by: ["name"]).reversed())
        for order in [[], ["name"], ["creation_time DESC"], ["last_update_time", "name"]] {
            var query = try ExperimentQuery(filter: "", orderBy: order)
            let whole = try await store.search(query).items.map(\.name)
            query.limit = 1
            var joined: [String] = []
            repeat {
                let page = try await store.search(query)
                joined += page.items.map(\.name)
                query.after = page.next
            } while query.after != nil
            #expect(joined == whole)
        }
    }

    @Test("Deleted experiments are shown when asked for, and what cannot be is refused")
    func deleted() async throws {
        let store = try Fixture().store
        try await makeExperiments(store)
        try await store.deleteExperiment(Experiment.ID(rawValue: 1))
        var query = ExperimentQuery()
        query.view = .deletedOnly

        #expect(try await store.search(query).items.map(\.name) == ["houses"])
        query.limit = 0
        await expect(.invalid) { _ = try await store.search(query) }
        await expect(.invalid) { _ = try ExperimentQuery(filter: "metrics.a > 1") }
        await expect(.invalid) { _ = try ExperimentQuery(filter: "", orderBy: ["tags.team"]) }
    }
}
