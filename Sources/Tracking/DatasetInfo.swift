/// What a run was trained or evaluated on, as MLflow describes it.
public struct DatasetInfo: Sendable, Hashable {
    /// 1 to 500 characters.
    public let name: String
    /// A short fingerprint of the content, 1 to 36 characters.
    public let digest: String
    /// What kind of place it came from: `local`, `sql`, `code`, …
    public let sourceType: String
    /// Where it came from, JSON as a rule.
    public let source: String
    /// Its columns, JSON.
    public let schema: String?
    /// Row counts and the like, JSON.
    public let profile: String?

    public init(
        name: String,
        digest: String,
        sourceType: String,
        source: String,
        schema: String? = nil,
        profile: String? = nil
    ) {
        self.name = name
        self.digest = digest
        self.sourceType = sourceType
        self.source = source
        self.schema = schema
        self.profile = profile
    }
}

/// A dataset as an input of a run.
public struct RunInput: Sendable, Equatable {
    public let dataset: DatasetInfo
    /// What it was used for, under `mlflow.data.context`: `training`, `evaluation`, …
    public let tags: [String: String]

    /// The key under which MLflow keeps what a dataset was used for.
    public static let contextTag = "mlflow.data.context"

    public init(dataset: DatasetInfo, tags: [String: String]) {
        self.dataset = dataset
        self.tags = tags
    }
}

/// A logged model as an output of a run.
public struct RunOutput: Sendable, Equatable {
    public let model: LoggedModel.ID
    /// How far the run was when it logged the model.
    public let step: Int64

    public init(model: LoggedModel.ID, step: Int64 = 0) {
        self.model = model
        self.step = step
    }
}
