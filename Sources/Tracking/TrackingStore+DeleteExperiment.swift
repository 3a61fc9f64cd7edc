internal import Postgres

extension TrackingStore {
    /// Marks an experiment and its runs as deleted; `restoreExperiment` brings them back.
    ///
    /// Throws `TrackingError`: `notFound`; `deleted` if it was before; `invalid` for the one named Default.
    public func deleteExperiment(_ id: Experiment.ID) async throws {
        guard id != .default else {
            throw TrackingError(
                .invalid,
                "the experiment Default cannot be deleted: new runs go there when no other is named"
            )
        }
        try await pool.withTransaction { session in
            let changed = try session.execute(
                """
                update coppice.experiments set lifecycle_stage = 'deleted', updated_at = clock_timestamp()
                where experiment_id = \(id) and lifecycle_stage = 'active'
                """
            )
            guard changed.affectedCount == 1 else {
                try Self.requireActive(id, in: session)
                return
            }
            try session.execute(
                """
                update coppice.runs set lifecycle_stage = 'deleted', deleted_at = clock_timestamp()
                where experiment_id = \(id) and lifecycle_stage = 'active'
                """
            )
        }
    }

    /// Brings a deleted experiment and all its runs back.
    ///
    /// Throws `TrackingError`: `notFound`; `notDeleted` if it is active.
    public func restoreExperiment(_ id: Experiment.ID) async throws {
        try await pool.withTransaction { session in
            let changed = try session.execute(
                """
                update coppice.experiments set lifecycle_stage = 'active', updated_at = clock_timestamp()
                where experiment_id = \(id) and lifecycle_stage = 'deleted'
                """
            )
            guard changed.affectedCount == 1 else {
                try Self.requireActive(id, in: session)
                throw TrackingError(.notDeleted, "experiment \(id) is active: there is nothing to restore")
            }
            try session.execute(
                """
                update coppice.runs set lifecycle_stage = 'active', deleted_at = null
                where experiment_id = \(id) and lifecycle_stage = 'deleted'
                """
            )
        }
    }

    /// Gives an active experiment another name.
    ///
    /// Throws `TrackingError`: `notFound`, `deleted`, `invalid`; `alreadyExists` if the name is taken.
    public func renameExperiment(_ id: Experiment.ID, to name: String) async throws {
        try Validation.experimentName(name)
        do {
            try await pool.withTransaction { session in
                try Self.requireActive(id, in: session)
                try session.execute(
                    """
                    update coppice.experiments set name = \(name), updated_at = clock_timestamp()
                    where experiment_id = \(id)
                    """
                )
            }
        } catch let error as PostgresError where error.sqlState == .uniqueViolation {
            throw TrackingError(
                .alreadyExists,
                "there is an experiment '\(name.shortened)' already: choose another name"
            )
        }
    }
}
