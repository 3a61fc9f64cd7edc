internal import Postgres

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension TrackingStore {
    /// Changes the status, end or name of an active run; what is nil stays.
    ///
    /// Throws `TrackingError`: `notFound`, `deleted`.
    public func updateRun(
        _ id: Run.ID,
        status: Run.Status? = nil,
        endedAt: Date? = nil,
        name: String? = nil
    ) async throws {
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            try session.execute(
                """
                update coppice.runs
                set status = coalesce(\(status)::coppice.run_status, status), ended_at = coalesce(\(endedAt), ended_at)
                where run_no = \(run)
                """
            )
            if let name { try Self.setTags([RunTag.name: name], run: run, in: session) }
        }
    }
}
