import Registry
import TestSupport
import Testing

@Suite(.database)
struct StageTests {
    @Test("A version moves into a stage, and others leave it if that is asked for")
    func transition() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        for _ in 0..<3 { try await fixture.register("m") }

        _ = try await store.transition(1, of: "m", to: .production)
        let second = try await store.transition(2, of: "m", to: .production)
        #expect(second.stage == .production)
        #expect(try await store.version(1, of: "m").stage == .production)
        _ = try await store.transition(3, of: "m", to: .production, archivingOthers: true)

        #expect(try await store.versions(of: "m").map(\.stage) == [.production, .archived, .archived])
        await expect(.invalid) { _ = try await store.transition(1, of: "m", to: .none, archivingOthers: true) }
        await expect(.notFound) { _ = try await store.transition(9, of: "m", to: .staging) }
    }

    @Test("The latest version of each stage, of several models at once")
    func latest() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        for _ in 0..<4 { try await fixture.register("m") }
        try await fixture.register("n")
        _ = try await store.transition(1, of: "m", to: .staging)
        _ = try await store.transition(2, of: "m", to: .staging)

        let all = try await store.latestVersions(of: ["m", "n", "unknown"])
        let staging = try await store.latestVersions(of: ["m", "n"], in: [.staging])

        #expect(all.mapValues { $0.map(\.version) } == ["m": [2, 4], "n": [1]])
        #expect(staging.mapValues { $0.map(\.version) } == ["m": [2]])
    }
}
