internal import Postgres

extension RegistryStore {
    /// Registers a name without a version. Throws `RegistryError`: `alreadyExists`, `invalid`.
    public func createModel(
        named name: String,
        description: String = "",
        tags: [String: String] = [:]
    ) async throws -> RegisteredModel {
        try Validation.modelName(name)
        try Validation.tags(tags)
        return try await pool.withTransaction { session in
            let inserted = try session.execute(
                """
                insert into coppice.registered_models (name, description) values (\(name), \(description))
                on conflict (name) do nothing
                """
            )
            guard inserted.affectedCount == 1 else {
                throw RegistryError(
                    .alreadyExists,
                    "there is a registered model '\(name.shortened)' already: choose another name"
                )
            }
            try Self.setTags(tags, model: name, in: session)
            return try Self.model(named: name, in: session)
        }
    }

    /// The registered model with this name. Throws `RegistryError.notFound` that names the nearest one.
    public func model(named name: String) async throws -> RegisteredModel {
        try await pool.withSession { session in try Self.model(named: name, in: session) }
    }

    /// Registered models in the order of their names, from the one after `name`.
    public func models(after name: String = "", limit: Int = 1000) async throws -> [RegisteredModel] {
        try await pool.withSession { session in
            try Self.models(where: "m.name > \(name)", limit: limit, in: session)
        }
    }

    static func model(named name: String, in session: borrowing Session) throws -> RegisteredModel {
        guard !name.utf8.contains(0),
            let model = try models(where: "m.name = \(name)", limit: 1, in: session).first
        else { throw try noModel(name, in: session) }
        return model
    }

    private static func models(
        where condition: SQL,
        limit: Int,
        in session: borrowing Session
    ) throws -> [RegisteredModel] {
        try modelRows(where: condition, orderedBy: "m.name", limit: limit, in: session)
            .map { row in try RegisteredModel(row) }
    }

    /// Rows of models; what else is selected comes after the columns that a model is read from.
    static func modelRows(
        where condition: SQL,
        orderedBy order: SQL,
        selecting others: SQL = "true",
        limit: Int,
        in session: borrowing Session
    ) throws -> Rows {
        try session.execute(
            """
            select
                m.name, m.description, m.created_at, m.updated_at, v.version_count, v.latest_version,
                a.aliases, a.alias_versions, t.keys, t.values, \(others)
            from coppice.registered_models m
            cross join lateral (
                select count(*) as version_count, max(v.version) as latest_version
                from coppice.model_versions v where v.registered_model_no = m.registered_model_no
            ) v
            cross join lateral (
                select array_agg(a.alias) as aliases, array_agg(a.version) as alias_versions
                from coppice.registered_model_aliases a where a.registered_model_no = m.registered_model_no
            ) a
            cross join lateral (
                select array_agg(t.key) as keys, array_agg(t.value) as values
                from coppice.registered_model_tags t where t.registered_model_no = m.registered_model_no
            ) t
            where \(condition)
            order by \(order)
            limit \(Int64(limit))
            """
        )
    }

    /// The error for a name that is not registered: says which one may have been meant, or what there is.
    static func noModel(_ name: String, in session: borrowing Session) throws -> RegistryError {
        let names = try session.execute(
            "select name from coppice.registered_models order by updated_at desc limit 1000"
        ).map { row in try row.string("name") }
        let hint =
            if let nearest = NearestName.of(name, among: names) {
                "did you mean '\(nearest)'?"
            } else if names.isEmpty {
                "none is registered yet"
            } else {
                "registered are \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "")"
            }
        return RegistryError(.notFound, "there is no registered model '\(name.shortened)': \(hint)")
    }
}

extension RegisteredModel {
    /// So many columns it is read from.
    static let columnCount = 10

    init(_ row: Row) throws {
        let aliases = try row.decode([String]?.self, "aliases") ?? []
        let versions = try row.decode([Int]?.self, "alias_versions") ?? []
        self.init(
            name: try row.string("name"),
            description: try row.string("description"),
            createdAt: try row.date("created_at"),
            updatedAt: try row.date("updated_at"),
            versionCount: try row.int("version_count"),
            latestVersion: try row.intOrNil("latest_version"),
            aliases: Dictionary(zip(aliases, versions)) { _, last in last },
            tags: try row.dictionary("keys", "values")
        )
    }
}
