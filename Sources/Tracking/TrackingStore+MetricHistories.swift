internal import Postgres
public import SearchGrammar
internal import SearchSQL

extension TrackingStore {
    /// A page of the points of a metric of a run, by time, then step, then value, as MLflow pages through them.
    ///
    /// Throws `TrackingError`: `notFound` if there is no such run; `invalid`.
    public func metricHistoryPage(
        _ key: String,
        run id: Run.ID,
        limit: Int = 25_000,
        after token: PageToken? = nil
    ) async throws -> SearchPage<Metric> {
        try Validation.page(limit)
        do {
            let keyset = try Keyset(
                [.init("m.logged_at", .time), .init("m.step", .integer), .init("m.value", .number)],
                after: token
            )
            return try await pool.withSession { session in
                guard let run = try session.execute("select run_no from coppice.runs where run_id = \(id)").first else {
                    throw TrackingError.noRun(id)
                }
                let rows = try session.execute(
                    """
                    select m.logged_at, m.step, m.value
                    from coppice.metrics m
                    where m.run_no = \(try run.int64(0)) and m.key = \(key) and \(keyset.condition)
                    order by \(keyset.orderBy)
                    limit \(Int64(limit + 1))
                    """
                )
                return try keyset.page(rows, limit: limit, keysFrom: 0) { row in
                    Metric(key: key, value: try row.double(2), step: try row.int64(1), timestamp: try row.date(0))
                }
            }
        } catch let error as SearchError {
            throw TrackingError(error)
        }
    }

    /// The points of a metric of several runs, by the ids of the runs, then time, step and value; `limit` at most.
    ///
    /// Runs that do not exist have none.
    public func metricHistories(_ key: String, runs ids: [Run.ID], limit: Int = 25_000) async throws -> [RunMetric] {
        try await pool.withSession { session in
            try session.execute(
                """
                select r.run_id, m.logged_at, m.step, m.value
                from coppice.runs r join coppice.metrics m on m.run_no = r.run_no
                where r.run_id = any(\(ids.map(\.rawValue))) and m.key = \(key)
                order by r.run_id, m.logged_at, m.step, m.value
                limit \(Int64(limit))
                """
            ).map { row in
                RunMetric(
                    run: Run.ID(rawValue: try row.string(0)),
                    metric: Metric(
                        key: key,
                        value: try row.double(3),
                        step: try row.int64(2),
                        timestamp: try row.date(1)
                    )
                )
            }
        }
    }

    /// Points of a metric of several runs for a plot: of each run `count` at most, evenly spread over those it logged,
    /// by step, then time, then value; the first and the last are always among them.
    ///
    /// Runs come in the order given. Throws `TrackingError.notFound` if one does not exist.
    public func sampledMetricHistories(
        _ key: String,
        runs ids: [Run.ID],
        count: Int,
        steps: ClosedRange<Int64>? = nil
    ) async throws -> [RunMetric] {
        let count = min(max(count, 1), TrackingLimits.searchPage)
        let range: SQL = steps.map { "m.step between \($0.lowerBound) and \($0.upperBound)" } ?? "true"
        let points = try await pool.withSession { session in
            let known = try session.execute(
                "select run_id from coppice.runs where run_id = any(\(ids.map(\.rawValue)))"
            ).map { row in Run.ID(rawValue: try row.string(0)) }
            if let unknown = ids.first(where: { !known.contains($0) }) { throw TrackingError.noRun(unknown) }
            // The first of each of `count` buckets of equal size, and the very last.
            return try session.execute(
                """
                with point as (
                    select r.run_id, m.step, m.logged_at, m.value,
                        ntile(\(Int32(count))) over in_order as bucket,
                        lead(m.step) over in_order is null as is_last
                    from coppice.runs r join coppice.metrics m on m.run_no = r.run_no
                    where r.run_id = any(\(ids.map(\.rawValue))) and m.key = \(key) and \(range)
                    window in_order as (partition by m.run_no order by m.step, m.logged_at, m.value)
                ), marked as (
                    select *, lag(bucket) over in_order is distinct from bucket as is_first
                    from point
                    window in_order as (partition by run_id order by step, logged_at, value)
                )
                select run_id, logged_at, step, value
                from marked
                where is_first or is_last
                order by run_id, step, logged_at, value
                """
            ).map { row in
                RunMetric(
                    run: Run.ID(rawValue: try row.string(0)),
                    metric: Metric(
                        key: key,
                        value: try row.double(3),
                        step: try row.int64(2),
                        timestamp: try row.date(1)
                    )
                )
            }
        }
        let byRun = Dictionary(grouping: points, by: \.run)
        return ids.flatMap { id -> [RunMetric] in
            var found = byRun[id] ?? []
            // The last point takes the place of the last bucket's.
            if found.count > count { found.remove(at: found.count - 2) }
            return found
        }
    }
}
