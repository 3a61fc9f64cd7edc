internal import Postgres

extension RegistryStore {
    /// The versions of any models that were made last, the newest first.
    public func newestVersions(limit: Int) async throws -> [ModelVersion] {
        try await pool.withSession { session in
            try Self.versionRows(
                where: "true",
                orderedBy: "v.created_at desc, m.name, v.version desc",
                limit: limit,
                in: session
            ).map { row in try ModelVersion(row) }
        }
    }
}
