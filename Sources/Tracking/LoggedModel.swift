#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A model folder with an identity of its own (MLflow 3): parameters, tags, metrics, and where its files are.
public struct LoggedModel: Sendable, Equatable {
    /// The public id: `m-` and 32 hexadecimal digits.
    public struct ID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// A fresh id, for a model whose id is written into its files before it is logged.
        public static func random() -> ID {
            ID(rawValue: "m-" + UUID().uuidString.replacing("-", with: "").lowercased())
        }
    }

    /// The private number, which the tables refer to.
    public struct Number: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var description: String { String(rawValue) }
    }

    /// MLflow's words for how complete it is.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case unspecified = "UNSPECIFIED"
        case pending = "PENDING"
        case ready = "READY"
        case failed = "FAILED"
    }

    public let number: Number
    public let id: ID
    public let experiment: Experiment.ID
    public let name: String
    /// The run it was logged from.
    public let run: Run.ID?
    /// Its folder in the artifacts of that run; nil when the model keeps artifacts of its own.
    public let artifactPath: String?
    /// Where an MLflow client asked for its artifacts to be kept; nil for ours.
    public let artifactLocation: String?
    public let status: Status
    public let statusMessage: String?
    public let modelType: String?
    /// MLflow's signature, JSON.
    public let signature: String?
    public let stage: LifecycleStage
    public let createdAt: Date
    public let updatedAt: Date
    public let params: [String: String]
    public let tags: [String: String]
    /// The latest value of each metric on each dataset: highest time, then step.
    public let metrics: [LoggedModelMetric]
}

/// A metric of a logged model, measured by a run, perhaps on a dataset.
public struct LoggedModelMetric: Sendable, Equatable {
    public let metric: Metric
    /// The run that measured it.
    public let run: Run.ID
    public let datasetName: String?
    public let datasetDigest: String?

    public init(_ metric: Metric, run: Run.ID, datasetName: String? = nil, datasetDigest: String? = nil) {
        self.metric = metric
        self.run = run
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }
}
