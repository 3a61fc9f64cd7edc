public import Postgres

extension RegistryStore {
    /// Sets tags of a registered model. Throws `RegistryError`: `notFound`, `invalid`.
    public func setTags(_ tags: [String: String], model: String) async throws {
        try await pool.withTransaction { session in
            _ = try Self.model(named: model, in: session)
            try Self.setTags(tags, model: model, in: session)
        }
    }

    static func setTags(_ tags: [String: String], model: String, in session: borrowing Session) throws {
        guard !tags.isEmpty else { return }
        try Validation.tags(tags)
        let entries = tags.sorted { $0.key < $1.key }
        try session.execute(
            """
            insert into coppice.registered_model_tags (registered_model_no, key, value)
            select m.registered_model_no, given.key, given.value
            from coppice.registered_models m
            cross join unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            where m.name = \(model)
            on conflict (registered_model_no, key) do update set value = excluded.value
            """
        )
    }

    /// Sets tags of a version, as a part of a larger transaction. Throws `RegistryError`: `notFound`, `invalid`.
    public static func setTags(
        _ tags: [String: String],
        model: String,
        version: Int,
        in session: borrowing Session
    ) throws {
        guard !tags.isEmpty else { return }
        try Validation.tags(tags)
        let entries = tags.sorted { $0.key < $1.key }
        let changed = try session.execute(
            """
            insert into coppice.model_version_tags (registered_model_no, version, key, value)
            select v.registered_model_no, v.version, given.key, given.value
            from coppice.model_versions v
            join coppice.registered_models m on m.registered_model_no = v.registered_model_no
            cross join unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            where m.name = \(model) and v.version = \(Int32(clamping: version))
            on conflict (registered_model_no, version, key) do update set value = excluded.value
            """
        )
        guard changed.affectedCount == tags.count else { throw try noVersion(version, of: model, in: session) }
    }

    /// Sets tags of a version. Throws `RegistryError`: `notFound`, `invalid`.
    public func setTags(_ tags: [String: String], model: String, version: Int) async throws {
        try await pool.withTransaction { session in
            try Self.setTags(tags, model: model, version: version, in: session)
        }
    }

    /// Removes a tag of a registered model, or of one of its versions. Throws `RegistryError.notFound`.
    public func deleteTag(_ key: String, model: String, version: Int? = nil) async throws {
        try await pool.withTransaction { session in
            let owner: SQL =
                if let version {
                    """
                    delete from coppice.model_version_tags t using coppice.registered_models m
                    where t.version = \(Int32(clamping: version))
                    """
                } else {
                    "delete from coppice.registered_model_tags t using coppice.registered_models m where true"
                }
            let removed = try session.execute(
                """
                \(owner) and m.registered_model_no = t.registered_model_no and m.name = \(model) and t.key = \(key)
                """
            )
            guard removed.affectedCount == 0 else { return }
            if let version { _ = try Self.version(version, of: model, in: session) }
            _ = try Self.model(named: model, in: session)
            let what =
                version.map { "version \($0) of '\(model.shortened)'" } ?? "the registered model '\(model.shortened)'"
            throw RegistryError(.notFound, "\(what) has no tag '\(key.shortened)'")
        }
    }
}
