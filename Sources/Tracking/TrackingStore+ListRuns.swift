internal import Postgres

extension TrackingStore {
    /// The runs that a query asks for, each with all that was logged to it.
    public func runs(_ query: RunQuery) async throws -> [Run] {
        let condition = Self.condition(query)
        let order = Self.order(query.order)
        return try await pool.withSession { session in
            try Self.runs(where: condition, orderedBy: order, limit: query.limit, in: session)
        }
    }

    /// The runs with these ids, in whatever lifecycle stage, in the order given. Throws `notFound` if one is missing.
    public func runs(_ ids: [Run.ID]) async throws -> [Run] {
        let names = ids.map(\.rawValue)
        let found = try await pool.withSession { session in
            try Self.runs(where: "r.run_id = any(\(names))", limit: names.count, in: session)
        }
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return try ids.map { id in
            guard let run = byID[id] else { throw TrackingError.noRun(id) }
            return run
        }
    }

    private static func condition(_ query: RunQuery) -> SQL {
        var conditions: [SQL] = ["r.lifecycle_stage = any(\(query.view.stages)::coppice.lifecycle_stage[])"]
        if !query.experiments.isEmpty {
            conditions.append("r.experiment_id = any(\(query.experiments.map(\.rawValue)))")
        }
        if !query.statuses.isEmpty {
            conditions.append("r.status = any(\(query.statuses.map(\.rawValue))::coppice.run_status[])")
        }
        if let name = query.name {
            conditions.append("r.name = \(name)")
        }
        if let parent = query.parent {
            conditions.append("r.parent_run_no = (select run_no from coppice.runs where run_id = \(parent))")
        }
        for (key, value) in query.params.sorted(by: { $0.key < $1.key }) {
            conditions.append(
                "exists (select from coppice.params p where p.run_no = r.run_no and p.key = \(key) and p.value = \(value))"
            )
        }
        for (key, value) in query.tags.sorted(by: { $0.key < $1.key }) {
            conditions.append(
                "exists (select from coppice.tags t where t.run_no = r.run_no and t.key = \(key) and t.value = \(value))"
            )
        }
        for metric in query.metrics {
            // PostgreSQL counts NaN as greater than any number; a user who asks for "above 0.9" does not.
            conditions.append(
                """
                exists (
                    select from coppice.latest_metrics m
                    where m.run_no = r.run_no and m.key = \(metric.key) and m.value <> 'NaN'
                        and m.value \(metric.comparison.sql) \(metric.value)
                )
                """
            )
        }
        return conditions.joined(separator: " and ")
    }

    private static func order(_ order: RunQuery.Order?) -> SQL {
        guard let order else { return "r.started_at desc nulls last, r.run_no desc" }
        let direction: SQL = order.ascending ? "asc" : "desc"
        return """
            (
                select nullif(m.value, 'NaN') from coppice.latest_metrics m
                where m.run_no = r.run_no and m.key = \(order.metric)
            ) \(direction) nulls last, r.started_at desc nulls last, r.run_no desc
            """
    }
}

extension RunQuery.Comparison {
    fileprivate var sql: SQL {
        switch self {
        case .less: "<"
        case .lessOrEqual: "<="
        case .equal: "="
        case .notEqual: "<>"
        case .greaterOrEqual: ">="
        case .greater: ">"
        }
    }
}
