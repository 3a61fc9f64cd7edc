internal import DataAccess
public import Datasets
public import FoundationEssentials
public import Jobs

/// Which data was asked for.
public struct DataRequest: Sendable {
    public enum Source: Sendable {
        /// A built-in set's name, the path of a CSV file, `table:SCHEMA.NAME` or `query:SELECT …`.
        case named(String)
        /// A CSV file that somebody sent, by the name that is shown.
        case uploaded(name: String, bytes: [UInt8])
    }

    public var source: Source
    /// nil: the last column.
    public var target: String?
    /// nil: every column but the target.
    public var features: [String]?

    public init(source: String, target: String? = nil, features: [String]? = nil) {
        self.init(.named(source), target: target, features: features)
    }

    public init(_ source: Source, target: String? = nil, features: [String]? = nil) {
        self.source = source
        self.target = target
        self.features = features
    }
}

extension DataRequest {
    /// Finds and reads what is meant. Throws `DataError` that says what there is.
    func found() throws(DataError) -> GivenData {
        switch source {
        case .named(let text): try GivenData(text)
        case .uploaded(let name, let bytes): GivenData(file: name, bytes)
        }
    }
}

/// Where the runs of a job go.
public struct TrackingRequest: Sendable {
    public var experiment = "Default"
    public var runName: String?
    public var tags: [String: String] = [:]

    public init() {}
}

/// When, where and how often a job runs.
public struct QueueingRequest: Sendable {
    public var queue = "default"
    /// -32768 to 32767; higher is claimed first.
    public var priority = 0
    public var start = NewJob.Start.now
    public var maxAttempts = 3
    public var timeout: Duration?
    /// Jobs that must succeed first.
    public var needs: [Job.ID] = []
    public var uniqueKey: String?

    public init() {}

    /// The time before which a job does not start, as `--at` takes it. Throws `SubmissionError` for what is none.
    public static func time(_ text: String) throws(SubmissionError) -> Date {
        do {
            return try Date(text, strategy: .iso8601)
        } catch {
            throw SubmissionError(
                option: "--at",
                "'\(text.prefix(60))' is not a time: give one such as 2030-01-31T08:00:00Z"
            )
        }
    }
}

/// A forest to train.
public struct TrainRequest: Sendable {
    public var data: DataRequest
    /// The features whose text is categories; nil: none, text is refused.
    public var categorical: CategoricalColumns?
    /// The column that says how much each row counts; nil: every row counts 1.
    public var sampleWeight: String?
    /// Options that list values, separated by commas, make a sweep.
    public var forest = ForestOptions()
    /// How many points of the sweep's grid to draw, and with which seed; nil: all, and a seed that is drawn.
    public var sample: Int?
    public var sampleSeed: UInt32?
    /// How many parts of the job grow the trees, on as many workers as there are; nil: one job grows them all.
    public var shards: Int?
    public var testSize = TestSize.standard
    /// nil: drawn.
    public var splitSeed: UInt32?
    public var modelName = "model"
    public var registeredName: String?
    public var alias: String?
    public var ifBetter: String?
    public var tracking = TrackingRequest()
    public var queueing = QueueingRequest()

    public init(data: DataRequest) {
        self.data = data
    }
}

/// Rows to predict.
public struct PredictRequest: Sendable {
    public var modelURI: String
    public var data: DataRequest
    public var rows: RowRange?
    public var tracking = TrackingRequest()
    public var queueing = QueueingRequest()

    public init(modelURI: String, data: DataRequest) {
        self.modelURI = modelURI
        self.data = data
    }
}

/// Who submits, for the record.
public struct Submitter: Sendable {
    /// The user's name.
    public var user: String
    /// The program, as MLflow's `mlflow.source.name`.
    public var program: String

    public init(user: String, program: String) {
        self.user = user
        self.program = program
    }
}
