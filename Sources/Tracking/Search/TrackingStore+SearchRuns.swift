internal import Postgres
public import SearchGrammar
internal import SearchSQL

extension TrackingStore {
    /// A page of the runs that a query asks for, each with all that was logged to it, all of one instant.
    ///
    /// Pages follow one another by the sort keys of their last rows: runs that come or go in between neither repeat
    /// nor hide others. Throws `TrackingError.invalid` for a limit or a token that cannot be.
    public func search(_ query: RunQuery) async throws -> SearchPage<Run> {
        try Validation.page(query.limit)
        do {
            let order = try RunOrder(query)
            return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                try Self.planForValues(in: session)
                return try Self.search(query, order, in: session)
            }
        } catch let error as SearchError {
            throw TrackingError(error)
        }
    }

    /// The runs that a query asks for: the first page of `search`.
    public func runs(_ query: RunQuery) async throws -> [Run] {
        try await search(query).items
    }

    /// The runs with these ids, in whatever lifecycle stage, in the order given. Throws `notFound` if one is missing.
    public func runs(_ ids: [Run.ID]) async throws -> [Run] {
        let found = try await pool.withSession { session in
            try Self.runs(where: "r.run_id = any(\(ids.map(\.rawValue)))", limit: ids.count, in: session)
        }
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return try ids.map { id in
            guard let run = byID[id] else { throw TrackingError.noRun(id) }
            return run
        }
    }

    /// Has the rest of the transaction planned for the values at hand: what is best for a rare value is not for a
    /// common one. A search is short; what compiling it or a second process would save is less than they take.
    static func planForValues(in session: borrowing Session) throws {
        try session.executeScript(
            unsafeRaw: """
                set local plan_cache_mode = force_custom_plan;
                set local jit = off;
                set local max_parallel_workers_per_gather = 0
                """
        )
    }

    private static func search(
        _ query: RunQuery,
        _ order: RunOrder,
        in session: borrowing Session
    ) throws -> SearchPage<Run> {
        let driver = try driver(query, in: session)
        var numbers: [Run.Number] = []
        var last: Row?
        for segment in try order.segments() {
            guard
                let statement = try page(
                    query,
                    order,
                    segment: segment,
                    driver: driver,
                    limit: query.limit + 1 - numbers.count
                )
            else { continue }
            for row in try session.execute(statement) {
                guard numbers.count < query.limit else {
                    return SearchPage(
                        try runs(numbers, in: session),
                        next: try last.map { try order.token($0, from: 1) }
                    )
                }
                numbers.append(Run.Number(rawValue: try row.int64(0)))
                last = row
            }
        }
        return SearchPage(try runs(numbers, in: session), next: nil)
    }

    /// The candidates to begin with, if few fulfil a condition.
    private static func driver(_ query: RunQuery, in session: borrowing Session) throws -> SQL? {
        let candidates = query.filter.conditions.compactMap { Self.candidates($0) }
        guard !candidates.isEmpty else { return nil }
        let counts = candidates.map { candidates -> SQL in
            "(select count(*) from (\(candidates) limit \(Int64(RunSearchPlan.countLimit + 1))) candidate)"
        }
        let row = try session.execute(
            """
            select \(counts.joined(separator: ", ")),
                (select reltuples::double precision from pg_catalog.pg_class where oid = 'coppice.runs'::regclass)
            """
        )[0]
        let plan = RunSearchPlan(
            counts: try counts.indices.map { try row.int($0) },
            runCount: try row.double(counts.count),
            limit: query.limit,
            hasIndexedOrder: query.order.first.map { order in
                order.field.entity == .metric || order.field == SearchField(.attribute, "start_time")
            } ?? true
        )
        // The limit tells the planner how many there are.
        return plan.driver.map { "\(candidates[$0]) limit \(Int64(max(plan.counts[$0], 1)))" }
    }

    /// The statement for a segment of the order: numbers of runs and their sort keys. Nil if no run can be in it.
    private static func page(
        _ query: RunQuery,
        _ order: RunOrder,
        segment: Int,
        driver: SQL?,
        limit: Int
    ) throws -> SQL? {
        var conditions = scope(query)
        if let first = order.keys.first { conditions.append(first.isInClass(segment)) }
        if let isAfter = try order.isAfter(segment: segment) { conditions.append(isAfter) }
        for condition in query.filter.conditions {
            if let first = order.keys.first, first.kind == .metric, condition.field == query.order[0].field {
                // The metric that the order reads is the one that the condition is about.
                guard segment == 0 || segment == 1 && condition.comparator == .notEqual else { return nil }
                conditions.append("\(condition.number(first.value))")
            } else {
                conditions.append(self.condition(condition))
            }
        }
        let joins = order.keys.map(\.join).joined(separator: " ")
        let source: SQL =
            driver == nil ? "coppice.runs r" : "candidate c join coppice.runs r on r.run_no = c.run_no"
        let candidates: SQL = driver.map { "with candidate as materialized (\($0))" } ?? ""
        return """
            \(candidates)
            select r.run_no, \(order.columns)
            from \(source) \(joins)
            where \((conditions.isEmpty ? ["true"] : conditions).joined(separator: " and "))
            order by \(order.orderBy(segment: segment))
            limit \(Int64(limit))
            """
    }
}
