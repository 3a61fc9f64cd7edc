internal import Postgres

extension TrackingStore {
    /// Marks a run as deleted; `restoreRun` brings it back. Throws `TrackingError`: `notFound`; `deleted`.
    public func deleteRun(_ id: Run.ID) async throws {
        try await pool.withTransaction { session in
            let changed = try session.execute(
                """
                update coppice.runs set lifecycle_stage = 'deleted', deleted_at = clock_timestamp()
                where run_id = \(id) and lifecycle_stage = 'active'
                """
            )
            guard changed.affectedCount == 0 else { return }
            let exists = try session.execute("select from coppice.runs where run_id = \(id)").count == 1
            throw exists
                ? TrackingError(.deleted, "run \(id) was deleted before: 'coppice runs restore' brings it back")
                : TrackingError.noRun(id)
        }
    }

    /// Brings a deleted run back.
    ///
    /// Throws `TrackingError`: `notFound`; `notDeleted`; `deleted` if its experiment is deleted too.
    public func restoreRun(_ id: Run.ID) async throws {
        try await pool.withTransaction { session in
            let rows = try session.execute(
                "select experiment_id, lifecycle_stage from coppice.runs where run_id = \(id) for no key update"
            )
            guard let row = rows.first else { throw TrackingError.noRun(id) }
            guard try row.label("lifecycle_stage") == LifecycleStage.deleted else {
                throw TrackingError(.notDeleted, "run \(id) is active: there is nothing to restore")
            }
            try Self.requireActive(Experiment.ID(rawValue: try row.int64("experiment_id")), in: session)
            try session.execute(
                "update coppice.runs set lifecycle_stage = 'active', deleted_at = null where run_id = \(id)"
            )
        }
    }
}
