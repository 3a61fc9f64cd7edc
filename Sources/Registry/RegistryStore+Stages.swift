internal import Postgres

extension RegistryStore {
    /// The highest version in each stage, of each of these models that exists; only in the given stages, if any are.
    ///
    /// Stages are what MLflow had before aliases.
    public func latestVersions(
        of models: [String],
        in stages: [ModelVersion.Stage] = []
    ) async throws -> [String: [ModelVersion]] {
        let stages = (stages.isEmpty ? ModelVersion.Stage.allCases : stages).map(\.rawValue)
        let found = try await pool.withSession { session in
            try Self.versionRows(
                where: """
                    m.name = any(\(models)) and v.stage = any(\(stages)) and not exists (
                        select from coppice.model_versions later
                        where later.registered_model_no = v.registered_model_no and later.stage = v.stage
                            and later.version > v.version
                    )
                    """,
                orderedBy: "m.name, v.version",
                limit: models.count * ModelVersion.Stage.allCases.count,
                in: session
            ).map { row in try ModelVersion(row) }
        }
        return Dictionary(grouping: found, by: \.model)
    }

    /// Moves a version into a stage; with `archivingOthers`, those that are in it go to the archive.
    ///
    /// Throws `RegistryError`: `notFound`; `invalid` for archiving others of a stage that is not Staging or Production.
    public func transition(
        _ version: Int,
        of model: String,
        to stage: ModelVersion.Stage,
        archivingOthers: Bool = false
    ) async throws -> ModelVersion {
        guard !archivingOthers || stage == .staging || stage == .production else {
            throw RegistryError(
                .invalid,
                "versions in stage \(stage.rawValue) cannot be archived by a transition: only those in Staging or Production"
            )
        }
        return try await pool.withTransaction { session in
            // First, so that two transitions take turns.
            try session.execute(
                "update coppice.registered_models set updated_at = clock_timestamp() where name = \(model)"
            )
            let current = try Self.version(version, of: model, in: session)
            if archivingOthers {
                try session.execute(
                    """
                    update coppice.model_versions v set stage = 'Archived', updated_at = clock_timestamp()
                    from coppice.registered_models m
                    where m.registered_model_no = v.registered_model_no and m.name = \(model) and v.stage = \(stage)
                        and v.version <> \(Int32(current.version))
                    """
                )
            }
            try session.execute(
                """
                update coppice.model_versions v set stage = \(stage), updated_at = clock_timestamp()
                from coppice.registered_models m
                where m.registered_model_no = v.registered_model_no and m.name = \(model)
                    and v.version = \(Int32(current.version))
                """
            )
            return try Self.version(version, of: model, in: session)
        }
    }
}
