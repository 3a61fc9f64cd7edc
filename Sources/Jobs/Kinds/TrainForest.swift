public import Datasets
public import DecisionForests

/// What a train job is told: data, hyperparameters, and what to do with the model.
public struct TrainForest: Sendable, Equatable, Codable {
    public static let kind = "train"

    public var data: DataSelection
    /// How many rows are kept to measure the model.
    public var testSize: TestSize
    /// Seed of the train/test split.
    public var splitSeed: UInt32
    public var hyperparameters: Hyperparameters
    /// Seed of the forest.
    public var randomState: UInt32
    /// The folder of the model among the run's artifacts.
    public var modelName: String
    /// The registered model that gets a new version; nil: the model is only logged.
    public var registeredName: String?
    /// The alias that moves to the new version.
    public var alias: String?
    /// The alias moves only if the new version's value of this metric beats the one that holds it.
    public var ifBetter: String?
    /// How many parts of the job grow the trees; nil: it grows them itself.
    public var shards: Int?

    public init(
        data: DataSelection,
        testSize: TestSize = .standard,
        splitSeed: UInt32,
        hyperparameters: Hyperparameters,
        randomState: UInt32,
        modelName: String = "model",
        registeredName: String? = nil,
        alias: String? = nil,
        ifBetter: String? = nil
    ) {
        self.data = data
        self.testSize = testSize
        self.splitSeed = splitSeed
        self.hyperparameters = hyperparameters
        self.randomState = randomState
        self.modelName = modelName
        self.registeredName = registeredName
        self.alias = alias
        self.ifBetter = ifBetter
    }

    private enum CodingKeys: String, CodingKey {
        case data
        case testSize = "test_size"
        case splitSeed = "split_seed"
        case hyperparameters
        case randomState = "random_state"
        case modelName = "model_name"
        case registeredName = "register"
        case alias
        case ifBetter = "if_better"
        case shards
    }

    /// The metric that only those runs log that compute it.
    public static let outOfBagScore = "oob_score"
    private static let regressionMetrics = ["rmse", "mae", "r2", "explained_variance", "max_error"]
    private static let classificationMetrics = ["accuracy", "balanced_accuracy", "log_loss", "roc_auc"]

    /// The metrics that such runs log, of a regression and of a classification.
    public static let metricNames = regressionMetrics + classificationMetrics + [outOfBagScore]

    /// The metrics that its run will log, which it can be compared by.
    public var metricNames: [String] {
        (hyperparameters.task == .regression ? Self.regressionMetrics : Self.classificationMetrics)
            + (hyperparameters.oobScore ? [Self.outOfBagScore] : [])
    }

    /// The parameters its runs record, in scikit-learn's spelling.
    public var params: [String: String] {
        var params = Dictionary(uniqueKeysWithValues: hyperparameters.parameters.map { ($0.name, $0.value) })
        params["random_state"] = String(randomState)
        params["test_size"] = testSize.description
        params["split_seed"] = String(splitSeed)
        params["sample_weight"] = data.sampleWeight
        params["categorical"] = data.categorical?.description
        return params
    }
}
