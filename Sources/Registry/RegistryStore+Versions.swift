internal import Postgres

extension RegistryStore {
    /// One version of a model. Throws `RegistryError.notFound` that says which versions exist.
    public func version(_ version: Int, of model: String) async throws -> ModelVersion {
        try await pool.withSession { session in try Self.version(version, of: model, in: session) }
    }

    /// The version that an alias points at. Throws `RegistryError.notFound` that says which aliases exist.
    public func version(alias: String, of model: String) async throws -> ModelVersion {
        try await pool.withSession { session in
            guard let holder = try Self.holder(of: alias, model: model, in: session) else {
                throw try Self.noAlias(alias, model: model, in: session)
            }
            return try Self.version(holder.version, of: model, in: session)
        }
    }

    /// The versions of a model, newest first, from the one before `version`. Throws `RegistryError.notFound`.
    public func versions(
        of model: String,
        before version: Int = Int(Int32.max),
        limit: Int = 1000
    ) async throws -> [ModelVersion] {
        try await pool.withSession { session in
            let found = try Self.versions(
                where: "m.name = \(model) and v.version < \(Int32(clamping: version))",
                limit: limit,
                in: session
            )
            if found.isEmpty { _ = try Self.model(named: model, in: session) }
            return found
        }
    }

    /// The versions whose files a run made.
    public func versions(ofRun run: Int64) async throws -> [ModelVersion] {
        try await pool.withSession { session in
            try Self.versions(where: "v.run_no = \(run)", limit: 1000, in: session)
        }
    }

    /// The version that a job registered; nil if it registered none.
    public func version(ofJob job: Int64) async throws -> ModelVersion? {
        try await pool.withSession { session in
            try Self.versions(where: "v.job_id = \(job)", limit: 1, in: session).first
        }
    }

    static func version(_ version: Int, of model: String, in session: borrowing Session) throws -> ModelVersion {
        guard !model.utf8.contains(0) else { throw try noModel(model, in: session) }
        if let version = Int32(exactly: version),
            let found = try versions(where: "m.name = \(model) and v.version = \(version)", limit: 1, in: session).first
        {
            return found
        }
        throw try noVersion(version, of: model, in: session)
    }

    static func versions(
        where condition: SQL,
        limit: Int,
        in session: borrowing Session
    ) throws -> [ModelVersion] {
        try versionRows(where: condition, orderedBy: "m.name, v.version desc", limit: limit, in: session)
            .map { row in try ModelVersion(row) }
    }

    /// Rows of versions; what else is selected comes after the columns that a version is read from.
    static func versionRows(
        where condition: SQL,
        orderedBy order: SQL,
        selecting others: SQL = "true",
        limit: Int,
        in session: borrowing Session
    ) throws -> Rows {
        try session.execute(
            """
            select
                m.name, v.version, v.source, coalesce(r.run_id, v.external_run_id) as run_id, v.run_no, g.model_id,
                v.job_id, v.status, v.status_message, v.description, v.user_id, v.stage, v.created_at, v.updated_at,
                v.run_link, v.storage_location, a.aliases, t.keys, t.values, \(others)
            from coppice.model_versions v
            join coppice.registered_models m on m.registered_model_no = v.registered_model_no
            left join coppice.runs r on r.run_no = v.run_no
            left join coppice.logged_models g on g.model_no = v.model_no
            cross join lateral (
                select array_agg(a.alias order by a.alias) as aliases
                from coppice.registered_model_aliases a
                where a.registered_model_no = v.registered_model_no and a.version = v.version
            ) a
            cross join lateral (
                select array_agg(t.key) as keys, array_agg(t.value) as values
                from coppice.model_version_tags t
                where t.registered_model_no = v.registered_model_no and t.version = v.version
            ) t
            where \(condition)
            order by \(order)
            limit \(Int64(limit))
            """
        )
    }

    /// The error for a version that does not exist: says which do.
    static func noVersion(_ version: Int, of name: String, in session: borrowing Session) throws -> RegistryError {
        _ = try model(named: name, in: session)
        let existing = try session.execute(
            """
            select v.version
            from coppice.model_versions v
            join coppice.registered_models m on m.registered_model_no = v.registered_model_no
            where m.name = \(name)
            order by v.version
            """
        ).map { row in try row.int("version") }
        return RegistryError(
            .notFound,
            "the registered model '\(name.shortened)' has no version \(version): \(VersionRanges.sentence(existing))"
        )
    }
}

extension ModelVersion {
    /// So many columns it is read from.
    static let columnCount = 19

    init(_ row: Row) throws {
        self.init(
            model: try row.string("name"),
            version: try row.int("version"),
            source: try row.string("source"),
            run: try row.stringOrNil("run_id"),
            runNumber: try row.int64OrNil("run_no"),
            loggedModel: try row.stringOrNil("model_id"),
            job: try row.int64OrNil("job_id"),
            status: try row.label("status"),
            statusMessage: try row.string("status_message"),
            description: try row.string("description"),
            user: try row.string("user_id"),
            stage: try row.label("stage"),
            createdAt: try row.date("created_at"),
            updatedAt: try row.date("updated_at"),
            runLink: try row.string("run_link"),
            storageLocation: try row.stringOrNil("storage_location"),
            aliases: try row.decode([String]?.self, "aliases") ?? [],
            tags: try row.dictionary("keys", "values")
        )
    }
}
