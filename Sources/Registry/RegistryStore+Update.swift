internal import Postgres

extension RegistryStore {
    /// Gives a registered model another name; its versions, aliases and tags stay.
    ///
    /// Throws `RegistryError`: `notFound`, `invalid`; `alreadyExists` if the name is taken.
    public func renameModel(_ name: String, to newName: String) async throws {
        try Validation.modelName(newName)
        do {
            try await pool.withTransaction { session in
                // Its versions carry the name, so they are changed, too.
                let changed = try session.execute(
                    """
                    with renamed as (
                        update coppice.registered_models set name = \(newName), updated_at = clock_timestamp()
                        where name = \(name)
                        returning registered_model_no
                    ), versions as (
                        update coppice.model_versions v set updated_at = clock_timestamp()
                        from renamed where v.registered_model_no = renamed.registered_model_no
                    )
                    select from renamed
                    """
                )
                guard changed.affectedCount == 1 else { throw try Self.noModel(name, in: session) }
            }
        } catch let error as PostgresError where error.sqlState == .uniqueViolation {
            throw RegistryError(
                .alreadyExists,
                "there is a registered model '\(newName.shortened)' already: choose another name"
            )
        }
    }

    /// Changes what is said about a registered model. Throws `RegistryError.notFound`.
    public func setDescription(_ description: String, model: String) async throws {
        try Validation.length(description, of: "a description", max: 100_000)
        try await pool.withTransaction { session in
            let changed = try session.execute(
                """
                update coppice.registered_models set description = \(description), updated_at = clock_timestamp()
                where name = \(model)
                """
            )
            guard changed.affectedCount == 1 else { throw try Self.noModel(model, in: session) }
        }
    }

    /// Changes what is said about a version, or its stage; what is nil stays. Throws `RegistryError.notFound`.
    public func updateVersion(
        _ version: Int,
        of model: String,
        description: String? = nil,
        stage: ModelVersion.Stage? = nil
    ) async throws {
        try Validation.length(description ?? "", of: "a description", max: 100_000)
        try await pool.withTransaction { session in
            let changed = try session.execute(
                """
                update coppice.model_versions v
                set description = coalesce(\(description), v.description), stage = coalesce(\(stage), v.stage),
                    updated_at = clock_timestamp()
                from coppice.registered_models m
                where m.registered_model_no = v.registered_model_no and m.name = \(model)
                    and v.version = \(Int32(clamping: version))
                """
            )
            guard changed.affectedCount == 1 else { throw try Self.noVersion(version, of: model, in: session) }
        }
    }
}
