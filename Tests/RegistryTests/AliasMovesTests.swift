import Postgres
import TestSupport
import Testing

@testable import Registry

@Suite("The history of aliases", .database)
struct AliasMovesTests {
    @Test("Setting, moving and removing an alias is recorded; setting it again where it is, is not")
    func moves() async throws {
        let pool = try testDatabase().pool(size: 2)
        let registry = RegistryStore(pool: pool)
        _ = try await registry.createModel(named: "forest")
        try await pool.execute(
            """
            insert into coppice.model_versions (registered_model_no, version, source)
            select registered_model_no, v, 'x' from coppice.registered_models, generate_series(1, 2) v
            """
        )
        try await registry.setAlias("champion", model: "forest", version: 1)
        try await registry.setAlias("champion", model: "forest", version: 1)
        try await registry.setAlias("champion", model: "forest", version: 2)
        try await registry.deleteAlias("champion", model: "forest")
        let moves = try await registry.aliasMoves(of: "forest", limit: 10)
        #expect(moves.map(\.from) == [2, 1, nil])
        #expect(moves.map(\.to) == [nil, 2, 1])
        try await registry.deleteModel("forest")
        #expect(try await registry.aliasMoves(of: "forest", limit: 10).isEmpty)
    }
}
