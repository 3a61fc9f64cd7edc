/// A point of a metric of one of several runs.
public struct RunMetric: Sendable, Equatable {
    public let run: Run.ID
    public let metric: Metric

    public init(run: Run.ID, metric: Metric) {
        self.run = run
        self.metric = metric
    }
}
