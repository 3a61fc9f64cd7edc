internal import Postgres

extension TrackingStore {
    /// The private number of a run, in whatever lifecycle stage; nil if there is no such run.
    public func number(of id: Run.ID) async throws -> Run.Number? {
        guard !id.rawValue.utf8.contains(0) else { return nil }
        return try await pool.withSession { session in
            try session.execute("select run_no from coppice.runs where run_id = \(id)").first
                .map { row in Run.Number(rawValue: try row.int64(0)) }
        }
    }
}
