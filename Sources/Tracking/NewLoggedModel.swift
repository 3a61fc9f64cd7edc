/// What is known of a model when it is logged.
public struct NewLoggedModel: Sendable {
    /// Chosen by the caller, because it is written into the model's own files; see `LoggedModel.ID.random()`.
    public var id: LoggedModel.ID
    public var experiment: Experiment.ID
    public var name: String
    /// The run it is logged from.
    public var run: Run.Number?
    /// Its folder in the artifacts of that run; nil when the model keeps artifacts of its own.
    public var artifactPath: String?
    /// Where an MLflow client asks for its artifacts to be kept; nil for ours.
    public var artifactLocation: String?
    /// Whether it is an output of its run at once; a client says so by itself, with `logOutputs`.
    public var isOutput = true
    public var status: LoggedModel.Status
    public var modelType: String?
    /// MLflow's signature, JSON.
    public var signature: String?
    public var params: [String: String]
    public var tags: [String: String]
    /// Metrics of the model on a dataset; they need a run.
    public var metrics: [Metric]
    /// The dataset that the metrics were measured on.
    public var metricsDataset: DatasetInfo?

    public init(
        id: LoggedModel.ID = .random(),
        experiment: Experiment.ID,
        name: String,
        run: Run.Number? = nil,
        artifactPath: String? = nil,
        status: LoggedModel.Status = .ready,
        modelType: String? = nil,
        signature: String? = nil,
        params: [String: String] = [:],
        tags: [String: String] = [:],
        metrics: [Metric] = [],
        metricsDataset: DatasetInfo? = nil
    ) {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.run = run
        self.artifactPath = artifactPath
        self.status = status
        self.modelType = modelType
        self.signature = signature
        self.params = params
        self.tags = tags
        self.metrics = metrics
        self.metricsDataset = metricsDataset
    }
}
