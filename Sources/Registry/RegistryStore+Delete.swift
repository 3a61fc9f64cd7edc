internal import Postgres

extension RegistryStore {
    /// Deletes a registered model with its versions, aliases and tags; runs and artifacts stay.
    ///
    /// Throws `RegistryError.notFound`.
    public func deleteModel(_ name: String) async throws {
        try await pool.withTransaction { session in
            let removed = try session.execute("delete from coppice.registered_models where name = \(name)")
            guard removed.affectedCount == 1 else { throw try Self.noModel(name, in: session) }
        }
    }

    /// Deletes a version with its aliases and tags; its number is not given again. Throws `RegistryError.notFound`.
    public func deleteVersion(_ version: Int, of model: String) async throws {
        try await pool.withTransaction { session in
            // First the model's row, as whoever registers or moves an alias locks them.
            try session.execute(
                "update coppice.registered_models set updated_at = clock_timestamp() where name = \(model)"
            )
            let removed = try session.execute(
                """
                delete from coppice.model_versions v
                using coppice.registered_models m
                where m.registered_model_no = v.registered_model_no and m.name = \(model)
                    and v.version = \(Int32(clamping: version))
                """
            )
            guard removed.affectedCount == 1 else { throw try Self.noVersion(version, of: model, in: session) }
        }
    }
}
