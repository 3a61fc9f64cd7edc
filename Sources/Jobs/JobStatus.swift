public import Foundation

/// A job as its owner sees it.
public struct JobStatus: Sendable, Equatable {
    public let id: Job.ID
    public let kind: String
    public let state: JobState
    public let queue: String
    /// Attempts so far.
    public let attempt: Int
    public let maxAttempts: Int
    /// Share done of a running job, 0 to 1.
    public let progress: Double?
    /// Why it failed, or its latest attempt did.
    public let error: String?
    /// The run of its latest attempt.
    public let runID: String?
    public let worker: String?
    public let submittedAt: Date
    public let startedAt: Date?
    public let finishedAt: Date?
    /// When a scheduled job is due.
    public let scheduledAt: Date?
}
