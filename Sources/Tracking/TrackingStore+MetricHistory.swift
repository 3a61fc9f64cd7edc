internal import Postgres

extension TrackingStore {
    /// The points of a metric of a run, by step, then time, then value; those after `point`, `limit` at most.
    ///
    /// Throws `TrackingError.notFound` if there is no such run; a metric that was never logged has no points.
    public func metricHistory(
        _ key: String,
        run id: Run.ID,
        after point: Metric? = nil,
        limit: Int = 25_000
    ) async throws -> [Metric] {
        let start: SQL =
            point.map { "(m.step, m.logged_at, m.value) > (\($0.step), \($0.timestamp), \($0.value))" } ?? "true"
        return try await pool.withSession { session in
            guard let run = try session.execute("select run_no from coppice.runs where run_id = \(id)").first else {
                throw TrackingError.noRun(id)
            }
            return try session.execute(
                """
                select m.step, m.logged_at, m.value
                from coppice.metrics m
                where m.run_no = \(try run.int64("run_no")) and m.key = \(key) and \(start)
                order by m.step, m.logged_at, m.value
                limit \(Int64(limit))
                """
            ).map { row in
                Metric(key: key, value: try row.double(2), step: try row.int64(0), timestamp: try row.date(1))
            }
        }
    }
}
