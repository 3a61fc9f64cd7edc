public import Postgres

extension TrackingStore {
    /// Points of metrics on their way to one run.
    public struct MetricBatch: Sendable {
        public let run: Run.ID
        public let metrics: [Metric]

        public init(run: Run.ID, metrics: [Metric]) {
            self.run = run
            self.metrics = metrics
        }
    }

    /// Logs points to any number of active runs in one statement and one commit.
    ///
    /// For a server, which commits together what comes in at the same time. Each batch has an answer of its own: nil
    /// once its points are durable, else the `TrackingError` that it was refused for: `invalid`, `notFound`, `deleted`.
    /// One batch does not harm another; only a failure of the database throws, and then nothing is stored.
    public func log(_ batches: [MetricBatch]) async throws -> [TrackingError?] {
        var refusals = batches.map(Self.refusal)
        let accepted = batches.indices.filter { refusals[$0] == nil }
        guard !accepted.isEmpty else { return refusals }
        let points = MetricPoints(accepted.map { (batches[$0].run, batches[$0].metrics) })
        let stages = try await pool.withSession { session in try Self.log(points, in: session) }
        for index in accepted {
            let run = batches[index].run
            switch stages[run] {
            case .active?: break
            case .deleted?: refusals[index] = .runDeleted(run)
            case nil: refusals[index] = .noRun(run)
            }
        }
        return refusals
    }

    private static func refusal(_ batch: MetricBatch) -> TrackingError? {
        do throws(TrackingError) {
            try Validation.batch(metrics: batch.metrics.count, params: 0, tags: 0)
            try Validation.metrics(batch.metrics)
            // No run has such an id, and PostgreSQL would refuse the whole statement.
            guard !batch.run.rawValue.utf8.contains(0) else { return .noRun(batch.run) }
            return nil
        } catch {
            return error
        }
    }

    /// Logs points of metrics and moves the latest values, as a part of a larger transaction.
    ///
    /// A point that was logged before is one point. The latest value of a metric is the one with the highest step,
    /// then time, then value; NaN counts as less than any number there, so that it never hides one of the same moment.
    /// One statement for any number of points. Throws `TrackingError.invalid`.
    public static func log(metrics: [Metric], run: Run.Number, in session: borrowing Session) throws {
        guard !metrics.isEmpty else { return }
        try Validation.metrics(metrics)
        let points = MetricPoints([(Run.ID(rawValue: ""), metrics)])
        let statement = insert(points)
        try session.execute(
            """
            with target as (select \(run)::bigint as run_no, 1::bigint as place), \(statement)
            select
            """
        )
    }

    /// Which of the runs exist, and in which stage they are; points of active ones were logged.
    private static func log(
        _ points: MetricPoints,
        in session: borrowing Session
    ) throws -> [Run.ID: LifecycleStage] {
        let statement = insert(points)
        let rows = try session.execute(
            """
            with asked as materialized (
                select r.run_no, r.run_id, r.lifecycle_stage, given.place
                from unnest(\(points.runs.map(\.rawValue))) with ordinality as given (run_id, place)
                join coppice.runs r on r.run_id = given.run_id
            ), target as (
                select run_no, place from asked where lifecycle_stage = 'active'
            ), \(statement)
            select run_id, lifecycle_stage from asked
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (Run.ID(rawValue: try row.string(0)), try row.label("lifecycle_stage"))
            }
        )
    }

    /// Parts of a statement that insert points into the runs of `target`, which names their numbers and places.
    private static func insert(_ points: MetricPoints) -> SQL {
        """
        logged as (
            insert into coppice.metrics (run_no, key, step, logged_at, value)
            \(select(points.all))
            on conflict do nothing
        ), moved as (
            insert into coppice.latest_metrics as latest (run_no, key, step, logged_at, value)
            \(select(points.latest))
            on conflict (run_no, key) do update
            set step = excluded.step, logged_at = excluded.logged_at, value = excluded.value
            where (excluded.step, excluded.logged_at, excluded.value <> 'NaN', excluded.value)
                > (latest.step, latest.logged_at, latest.value <> 'NaN', latest.value)
        )
        """
    }

    private static func select(_ columns: MetricPoints.Columns) -> SQL {
        """
        select target.run_no, given.key, given.step, given.logged_at, given.value
        from unnest(
            \(columns.places), \(columns.keys), \(columns.steps), \(columns.times), \(columns.values)
        ) with ordinality as given (place, key, step, logged_at, value, position)
        join target on target.place = given.place
        order by given.position
        """
    }
}

extension TrackingError {
    static func runDeleted(_ id: Run.ID) -> TrackingError {
        TrackingError(
            .deleted,
            "run \(id.rawValue.shortened) was deleted: restore it with 'coppice runs restore \(id.rawValue.shortened)' first"
        )
    }
}
