internal import Postgres

extension TrackingStore {
    /// Those of some runs that exist, in whatever lifecycle stage and in no order.
    public func existingRuns(_ ids: [Run.ID]) async throws -> [Run] {
        guard !ids.isEmpty else { return [] }
        return try await pool.withSession { session in
            try Self.runs(where: "r.run_id = any(\(ids.map(\.rawValue)))", limit: ids.count, in: session)
        }
    }
}
