public import Postgres

extension TrackingStore {
    /// Logs points of metrics and moves the latest values, as a part of a larger transaction.
    ///
    /// A point that was logged before is one point. The latest value of a metric is the one with the highest step,
    /// then time, then value; NaN counts as less than any number there, so that it never hides one of the same moment.
    /// Two statements' worth of work for any number of points. Throws `TrackingError.invalid`.
    public static func log(metrics: [Metric], run: Run.Number, in session: borrowing Session) throws {
        guard !metrics.isEmpty else { return }
        try Validation.metrics(metrics)
        // One statement; rows are locked in the order of their keys, so that two batches cannot deadlock.
        try session.execute(
            """
            with given as materialized (
                select *
                from unnest(
                    \(metrics.map(\.key)), \(metrics.map(\.step)), \(metrics.map(\.timestamp)), \(metrics.map(\.value))
                ) as given (key, step, logged_at, value)
            ), logged as (
                insert into coppice.metrics (run_no, key, step, logged_at, value)
                select \(run), key, step, logged_at, value from given
                order by key, step, logged_at, value
                on conflict do nothing
            )
            insert into coppice.latest_metrics as latest (run_no, key, step, logged_at, value)
            select distinct on (key) \(run), key, step, logged_at, value
            from given
            order by key, step desc, logged_at desc, value = 'NaN', value desc
            on conflict (run_no, key) do update
            set step = excluded.step, logged_at = excluded.logged_at, value = excluded.value
            where (excluded.step, excluded.logged_at, excluded.value <> 'NaN', excluded.value)
                > (latest.step, latest.logged_at, latest.value <> 'NaN', latest.value)
            """
        )
    }
}
