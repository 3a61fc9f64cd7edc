/// What the last job of a sweep is told: how its points compare.
public struct SumUpSweep: Sendable, Equatable, Codable {
    public static let kind = "sweep"

    /// The tag of the sweep's run that names the run of its best point.
    public static let bestRunTag = "coppice.best_run_id"
    /// What the parameters and the metric of the best point are called at the sweep's run: `best_max_depth`, `best_rmse`.
    public static let bestPrefix = "best_"

    /// The metric that decides which point is best.
    public var metric: String
    /// The parameters that differ between points, in scikit-learn's spelling.
    public var varied: [String]

    public init(metric: String, varied: [String]) {
        self.metric = metric
        self.varied = varied
    }
}
