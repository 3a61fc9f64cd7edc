internal import Postgres

extension ArtifactStore {
    /// What tells this database from any other, also after it was dumped and restored: the instant it was migrated.
    ///
    /// A folder remembers it, because the garbage of one database may be another one's artifacts.
    func databaseIdentity() async throws -> String {
        try await pool.withSession { session in
            try session.execute(
                """
                select (extract(epoch from created_at) * 1000000)::bigint::text
                from coppice.experiments
                where experiment_id = 0
                """
            ).first?.string(0) ?? "unknown"
        }
    }
}
