public import Foundation

/// A job to be submitted.
public struct NewJob: Sendable {
    /// Made before the first try; submitting it again finds the job of the first time.
    public let clientToken: UUID
    public var kind: String
    /// What the handler is told.
    public var spec: any Encodable & Sendable
    /// The experiment its runs belong to.
    public var experimentID: Int64
    /// The name of its runs; nil for a generated one.
    public var runName: String?
    /// The run of the sweep it belongs to, by its private number.
    public var parentRunNumber: Int64?
    /// Parameters and tags that its runs begin with.
    public var params: [String: String] = [:]
    public var tags: [String: String] = [:]
    public var queue = "default"
    /// Higher is claimed first.
    public var priority = 0
    /// Failures that end it, at least 1.
    public var maxAttempts = 3
    /// How long an attempt may run.
    public var timeout: Duration?
    /// Not before then.
    public var start: Start = .now
    /// Jobs that must succeed first.
    public var needs: [Job.ID] = []
    /// No two live jobs have the same; submitting another returns the one that lives.
    public var uniqueKey: String?
    public var submittedBy: String

    public enum Start: Sendable, Equatable {
        case now
        /// Counted by the database's clock from submission.
        case after(Duration)
        case at(Date)
    }

    public init(kind: String, spec: any Encodable & Sendable, experimentID: Int64, submittedBy: String) {
        clientToken = .timeOrdered()
        self.kind = kind
        self.spec = spec
        self.experimentID = experimentID
        self.submittedBy = submittedBy
    }
}

/// A job that is done in parts, such as a sweep and its points.
///
/// The whole starts when each part has ended, whatever the outcome: it sums up. Cancelling it cancels its parts. Its one
/// run exists from submission on and is the parent of theirs.
public struct NewJobGroup: Sendable {
    public var whole: NewJob
    public var parts: [NewJob]

    public init(whole: NewJob, parts: [NewJob]) {
        self.whole = whole
        self.parts = parts
    }
}
