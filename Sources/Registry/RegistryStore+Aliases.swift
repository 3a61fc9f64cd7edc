public import Postgres

extension RegistryStore {
    /// Points an alias at a version, away from whatever it pointed at, as a part of a larger transaction.
    ///
    /// Throws `RegistryError`: `invalid`; `notFound` if there is no such version.
    public static func setAlias(
        _ alias: String,
        model: String,
        version: Int,
        in session: borrowing Session
    ) throws {
        try Validation.alias(alias)
        try Validation.modelName(model)
        let changed = try session.execute(
            """
            insert into coppice.registered_model_aliases (registered_model_no, alias, version)
            select v.registered_model_no, \(alias), v.version
            from coppice.model_versions v
            join coppice.registered_models m on m.registered_model_no = v.registered_model_no
            where m.name = \(model) and v.version = \(Int32(clamping: version))
            on conflict (registered_model_no, alias) do update set version = excluded.version
            """
        )
        guard changed.affectedCount == 1 else { throw try noVersion(version, of: model, in: session) }
    }

    /// Points an alias at a version. Throws `RegistryError`: `invalid`, `notFound`.
    public func setAlias(_ alias: String, model: String, version: Int) async throws {
        try await pool.withTransaction { session in
            try Self.setAlias(alias, model: model, version: version, in: session)
        }
    }

    /// Removes an alias. Throws `RegistryError.notFound` that says which exist.
    public func deleteAlias(_ alias: String, model: String) async throws {
        try await pool.withTransaction { session in
            let removed = try session.execute(
                """
                delete from coppice.registered_model_aliases a
                using coppice.registered_models m
                where m.registered_model_no = a.registered_model_no and m.name = \(model) and a.alias = \(alias)
                """
            )
            guard removed.affectedCount == 1 else { throw try Self.noAlias(alias, model: model, in: session) }
        }
    }

    /// Which version holds an alias.
    public struct AliasHolder: Sendable, Equatable {
        public let version: Int
        /// The private number of the run that made it.
        public let run: Int64?
    }

    /// Which version holds an alias, for whoever moves it only to a better one; nil if none does.
    ///
    /// After `registerVersion` in the same transaction the answer stays true until it ends.
    public static func holder(
        of alias: String,
        model: String,
        in session: borrowing Session
    ) throws -> AliasHolder? {
        try session.execute(
            """
            select v.version, v.run_no
            from coppice.registered_model_aliases a
            join coppice.registered_models m on m.registered_model_no = a.registered_model_no
            join coppice.model_versions v on v.registered_model_no = a.registered_model_no and v.version = a.version
            where m.name = \(model) and a.alias = \(alias)
            """
        ).first.map { row in AliasHolder(version: try row.int("version"), run: try row.int64OrNil("run_no")) }
    }

    /// The error for an alias that does not exist: says which do.
    static func noAlias(_ alias: String, model name: String, in session: borrowing Session) throws -> RegistryError {
        let aliases = try model(named: name, in: session).aliases.sorted { $0.key < $1.key }
        let hint =
            aliases.isEmpty
            ? "it has none; 'coppice models alias' sets one"
            : "it has \(aliases.prefix(10).map { "\($0.key) (version \($0.value))" }.joined(separator: ", "))"
        return RegistryError(
            .notFound,
            "the registered model '\(name.shortened)' has no alias '\(alias.shortened)': \(hint)"
        )
    }
}
