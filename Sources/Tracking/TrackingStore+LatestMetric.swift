public import Postgres

extension TrackingStore {
    /// The latest value of a metric; nil if the run never logged it.
    public static func latestMetric(
        _ key: String,
        run: Run.Number,
        in session: borrowing Session
    ) throws -> Double? {
        try session.execute(
            "select value from coppice.latest_metrics where run_no = \(run) and key = \(key)"
        ).first?.double("value")
    }
}
