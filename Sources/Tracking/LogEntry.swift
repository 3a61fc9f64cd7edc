/// What one request logs to a run: all of it, or nothing.
public struct LogEntry: Sendable {
    public let run: Run.ID
    public var metrics: [Metric] = []
    /// For each metric the logged model that it was measured on; empty, or as many as there are metrics.
    public var models: [MetricOwner?] = []
    public var params: [String: String] = [:]
    public var tags: [String: String] = [:]

    public init(run: Run.ID) {
        self.run = run
    }

    /// Whether it is nothing but metrics of the run itself, as most entries are.
    var isOnlyMetrics: Bool { params.isEmpty && tags.isEmpty && !models.contains { $0 != nil } }
}

/// The logged model that a metric was measured on, and with which data.
public struct MetricOwner: Sendable, Hashable {
    public let model: LoggedModel.ID
    public let datasetName: String?
    public let datasetDigest: String?

    public init(model: LoggedModel.ID, datasetName: String? = nil, datasetDigest: String? = nil) {
        self.model = model
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }
}
