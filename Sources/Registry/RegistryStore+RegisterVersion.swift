public import Postgres

extension RegistryStore {
    /// Registers the next version of a model, which is created if it does not exist, and returns its number.
    ///
    /// Numbers have no gaps and follow the order of commits: the model's row stays locked until the transaction ends.
    /// Call this late in the transaction, and after every other lock: a client that says nothing for a second from then on
    /// loses its connection, as whoever registers a version of the same model waits for it. Throws `RegistryError`: `invalid`;
    /// `alreadyExists` if the job has registered a version before.
    public static func registerVersion(_ new: NewModelVersion, in session: borrowing Session) throws -> Int {
        try Validation.modelName(new.model)
        try Validation.tags(new.tags)
        // Twice suffices, unless somebody deletes the model between our two statements, again and again.
        for _ in 0..<10 {
            if let version = try insertNextVersion(new, in: session) {
                try insertTags(new.tags, model: new.model, version: version, in: session)
                return version
            }
            try session.execute(
                "insert into coppice.registered_models (name) values (\(new.model)) on conflict (name) do nothing"
            )
        }
        throw RegistryError(.notFound, "the registered model '\(new.model.shortened)' is being deleted: try again")
    }

    /// Registers the next version of a model that exists. Throws `RegistryError`: `notFound`, `invalid`.
    ///
    /// A source `models:/…` makes a copy: the new version has the run, the logged model and the files of what it names.
    public func createVersion(_ new: NewModelVersion) async throws -> ModelVersion {
        try Validation.modelName(new.model)
        try Validation.tags(new.tags)
        return try await pool.withTransaction { session in
            let new = try Self.completed(new, in: session)
            guard let version = try Self.insertNextVersion(new, in: session) else {
                throw try Self.noModel(new.model, in: session)
            }
            try Self.insertTags(new.tags, model: new.model, version: version, in: session)
            return try Self.version(version, of: new.model, in: session)
        }
    }

    /// Nil if there is no such model.
    private static func insertNextVersion(_ new: NewModelVersion, in session: borrowing Session) throws -> Int? {
        do {
            return try session.execute(
                """
                with counter as (
                    update coppice.registered_models
                    set next_version = next_version + 1, updated_at = clock_timestamp()
                    where name = \(new.model)
                    returning registered_model_no, next_version - 1 as version
                )
                insert into coppice.model_versions (
                    registered_model_no, version, source, run_no, external_run_id, run_link, storage_location, model_no,
                    job_id, user_id, description
                )
                select
                    registered_model_no, version, \(new.source), \(new.run), \(new.run == nil ? new.runID : nil),
                    \(new.runLink), \(new.storageLocation), \(new.loggedModel), \(new.job), \(new.user),
                    \(new.description)
                from counter
                returning version, set_config('idle_in_transaction_session_timeout', '1s', true)
                """
            ).first?.int("version")
        } catch {
            guard error.constraint == "model_versions_job_idx" else { throw error }
            throw RegistryError(.alreadyExists, "job \(new.job ?? 0) has registered a version already")
        }
    }

    private static func insertTags(
        _ tags: [String: String],
        model: String,
        version: Int,
        in session: borrowing Session
    ) throws {
        guard !tags.isEmpty else { return }
        let entries = tags.sorted { $0.key < $1.key }
        try session.execute(
            """
            insert into coppice.model_version_tags (registered_model_no, version, key, value)
            select m.registered_model_no, \(Int32(version)), given.key, given.value
            from coppice.registered_models m
            cross join unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            where m.name = \(model)
            """
        )
    }
}
