#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One training, prediction or other computation, and what was logged of it.
public struct Run: Sendable, Equatable {
    /// The public id: 32 hexadecimal digits.
    public struct ID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }
    }

    /// The private number, which the tables refer to.
    public struct Number: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var description: String { String(rawValue) }
    }

    /// MLflow's words for how far a run has come.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case running = "RUNNING"
        case scheduled = "SCHEDULED"
        case finished = "FINISHED"
        case failed = "FAILED"
        case killed = "KILLED"

        /// Whether nothing more is expected of the run.
        public var isFinal: Bool { self == .finished || self == .failed || self == .killed }
    }

    public let number: Number
    public let id: ID
    public let experiment: Experiment.ID
    public let experimentName: String
    public let name: String
    public let status: Status
    public let stage: LifecycleStage
    /// Who submitted or started it; empty if nobody said.
    public let user: String
    public let startedAt: Date?
    public let endedAt: Date?
    public let deletedAt: Date?
    /// Where an MLflow client asked for its artifacts to be kept; nil for ours.
    public let artifactURI: String?
    /// The run of the sweep it belongs to.
    public let parent: ID?
    /// The job it is an attempt of; nil for a run of an MLflow client.
    public let job: Int64?
    /// Which attempt of the job, from 1.
    public let attempt: Int?
    public let params: [String: String]
    /// The latest value of each metric: highest step, then time, then value.
    public let metrics: [String: Metric]
    public let tags: [String: String]
    /// The data it used.
    public let inputs: [RunInput]
    /// The logged models it used.
    public let modelInputs: [LoggedModel.ID]
    /// The models it logged.
    public let outputs: [RunOutput]

    /// From start to end, in seconds; nil while it runs.
    public var duration: TimeInterval? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt.timeIntervalSince(startedAt)
    }
}
