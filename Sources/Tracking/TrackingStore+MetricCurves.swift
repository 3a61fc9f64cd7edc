internal import Postgres

/// A metric of a run over its steps, as many points as a chart can show.
public struct MetricCurve: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        public let step: Int64
        public let value: Double

        public init(step: Int64, value: Double) {
            self.step = step
            self.value = value
        }
    }

    public let run: Run.Number
    public let key: String
    public let points: [Point]

    public init(run: Run.Number, key: String, points: [Point]) {
        self.run = run
        self.key = key
        self.points = points
    }
}

extension TrackingStore {
    /// Metrics of runs over their steps, for a chart: of each the first point at or after each of `count` steps that are
    /// evenly spread from its first to its last, and the last point.
    ///
    /// A look into the index for each point, however many were logged. Metrics with one step only are left out.
    public func metricCurves(_ keys: [String], runs: [Run.Number], count: Int) async throws -> [MetricCurve] {
        guard !keys.isEmpty, !runs.isEmpty else { return [] }
        let count = Int64(min(max(count, 2), 1000))
        let points = try await pool.withSession { session in
            try session.execute(
                """
                with series as (
                    select l.run_no, l.key, l.step as last_step, (
                        select m.step from coppice.metrics m
                        where m.run_no = l.run_no and m.key = l.key
                        order by m.step
                        limit 1
                    ) as first_step
                    from coppice.latest_metrics l
                    where l.run_no = any(\(runs.map(\.rawValue))) and l.key = any(\(keys))
                )
                select distinct s.run_no, s.key, p.step, p.value
                from series s
                cross join generate_series(0::bigint, least(\(count) - 1, s.last_step - s.first_step)) as i
                cross join lateral (
                    select m.step, m.value from coppice.metrics m
                    where m.run_no = s.run_no and m.key = s.key
                        and m.step >= s.first_step + ((s.last_step - s.first_step)::numeric * i
                            / nullif(least(\(count) - 1, s.last_step - s.first_step), 0))::bigint
                    order by m.step, m.logged_at, m.value
                    limit 1
                ) p
                where s.last_step > s.first_step
                order by s.run_no, s.key, p.step
                """
            ).map { row in
                (
                    run: Run.Number(rawValue: try row.int64("run_no")), key: try row.string("key"),
                    point: MetricCurve.Point(step: try row.int64("step"), value: try row.double("value"))
                )
            }
        }
        var curves: [MetricCurve] = []
        var first = points.startIndex
        while first < points.endIndex {
            let (run, key) = (points[first].run, points[first].key)
            let end = points[first...].firstIndex { $0.run != run || $0.key != key } ?? points.endIndex
            curves.append(MetricCurve(run: run, key: key, points: points[first..<end].map(\.point)))
            first = end
        }
        return curves
    }
}
