public import Postgres

extension TrackingStore {
    /// The experiment with this id, in whatever lifecycle stage.
    public func experiment(_ id: Experiment.ID) async throws -> Experiment? {
        try await pool.withSession { session in
            try Self.experiments(where: "e.experiment_id = \(id)", limit: 1, in: session).first
        }
    }

    /// The experiment with this name, in whatever lifecycle stage.
    public func experiment(named name: String) async throws -> Experiment? {
        try await pool.withSession { session in try Self.experiment(named: name, in: session) }
    }

    /// The experiment with this name, in whatever lifecycle stage.
    public static func experiment(named name: String, in session: borrowing Session) throws -> Experiment? {
        guard !name.utf8.contains(0) else { return nil }
        return try experiments(where: "e.name = \(name)", limit: 1, in: session).first
    }

    /// The experiment that `nameOrID` names, by its name or its number. Throws `notFound` that says which exist.
    public func experiment(_ nameOrID: String) async throws -> Experiment {
        try await pool.withSession { session in
            if let found = try Self.experiment(named: nameOrID, in: session) { return found }
            if let id = Experiment.ID(nameOrID),
                let found = try Self.experiments(where: "e.experiment_id = \(id)", limit: 1, in: session).first
            {
                return found
            }
            let names = try Self.experiments(where: "e.lifecycle_stage = 'active'", limit: 5, in: session).map(\.name)
            throw TrackingError(
                .notFound,
                "there is no experiment '\(nameOrID.shortened)': "
                    + (names.isEmpty ? "none exists yet" : "the newest are \(names.joined(separator: ", "))")
            )
        }
    }

    /// Experiments, newest first.
    public func experiments(_ view: LifecycleView = .activeOnly, limit: Int = 1000) async throws -> [Experiment] {
        try await pool.withSession { session in
            try Self.experiments(
                where: "e.lifecycle_stage = any(\(view.stages)::coppice.lifecycle_stage[])",
                limit: limit,
                in: session
            )
        }
    }

    static func experiments(where condition: SQL, limit: Int, in session: borrowing Session) throws -> [Experiment] {
        try experimentRows(where: condition, orderedBy: "e.experiment_id desc", limit: limit, in: session)
            .map { row in try Experiment(row) }
    }

    /// Rows of experiments; what else is selected comes after the columns that an experiment is read from.
    static func experimentRows(
        where condition: SQL,
        orderedBy order: SQL,
        selecting others: SQL = "true",
        limit: Int,
        in session: borrowing Session
    ) throws -> Rows {
        try session.execute(
            """
            select
                e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.created_at, e.updated_at,
                t.keys, t.values, \(others)
            from coppice.experiments e
            cross join lateral (
                select array_agg(t.key order by t.key) as keys, array_agg(t.value order by t.key) as values
                from coppice.experiment_tags t
                where t.experiment_id = e.experiment_id
            ) t
            where \(condition)
            order by \(order)
            limit \(Int64(limit))
            """
        )
    }
}

extension Experiment {
    /// So many columns it is read from.
    static let columnCount = 8

    init(_ row: Row) throws {
        self.init(
            id: ID(rawValue: try row.int64("experiment_id")),
            name: try row.string("name"),
            artifactLocation: try row.stringOrNil("artifact_location"),
            stage: try row.label("lifecycle_stage"),
            createdAt: try row.date("created_at"),
            updatedAt: try row.date("updated_at"),
            tags: try row.dictionary("keys", "values")
        )
    }
}
