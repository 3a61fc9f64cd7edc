public import Postgres

/// A job in a worker's hands.
public struct ClaimedJob: Sendable {
    public let lease: JobLease
    public let kind: String
    public let queue: String
    public let spec: JSONText
    public let experimentID: Int64
    /// The run of this attempt: its private number and its public id.
    public let runNumber: Int64
    public let runID: String
    public let runName: String
    /// How long this attempt may run.
    public let timeout: Duration?
    /// Attempts that failed before this one, and how many end the job.
    public let failures: Int
    public let maxAttempts: Int
    public let submittedBy: String

    public var id: Job.ID { lease.job }
}
