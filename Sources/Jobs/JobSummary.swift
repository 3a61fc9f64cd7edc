public import FoundationEssentials
public import Postgres

/// A job as the history shows it: a row of the view `job_history`.
public struct JobSummary: Sendable {
    public let id: Job.ID
    public let kind: String
    public let state: JobState
    public let queue: String
    public let priority: Int
    /// What it was told.
    public let spec: JSONText
    /// Attempts so far.
    public let attempt: Int
    public let maxAttempts: Int
    /// Attempts that failed, and attempts whose worker was lost.
    public let failures: Int
    public let losses: Int
    /// Name of the worker that runs it or ran it last.
    public let worker: String?
    public let submittedBy: String
    public let submittedAt: Date
    public let startedAt: Date?
    public let finishedAt: Date?
    /// Not before this time; live jobs only.
    public let scheduledAt: Date?
    /// From submission to the start of the latest attempt, or to now.
    public let waited: Duration
    /// How long the latest attempt ran, or has been running.
    public let ran: Duration?
    /// 0 to 1, of a running job.
    public let progress: Double?
    /// Why it failed, or its latest attempt did.
    public let error: String?
    /// Run of the latest attempt: 32 hexadecimal digits.
    public let runID: String?
    public let experiment: String?
    public let runName: String?
    public let uniqueKey: String?

    init(_ row: Row) throws {
        id = Job.ID(rawValue: try row.int64("job_id"))
        kind = try row.string("kind")
        let state = try row.string("state")
        guard let known = JobState(rawValue: state) else {
            throw JobError(.invalid, "job \(id): its state '\(state)' is not known; use a newer Coppice")
        }
        self.state = known
        queue = try row.string("queue")
        priority = try row.int("priority")
        spec = try row.json("spec")
        attempt = try row.int("attempt")
        maxAttempts = try row.int("max_attempts")
        failures = try row.int("failures")
        losses = try row.int("losses")
        worker = try row.stringOrNil("worker")
        submittedBy = try row.string("submitted_by")
        submittedAt = try row.date("submitted_at")
        startedAt = try row.dateOrNil("started_at")
        finishedAt = try row.dateOrNil("finished_at")
        scheduledAt = try row.dateOrNil("scheduled_at")
        waited = try row.duration("waited")
        ran = try row.durationOrNil("ran")
        progress = try row.doubleOrNil("progress")
        error = try row.stringOrNil("error")
        runID = try row.stringOrNil("run_id")
        experiment = try row.stringOrNil("experiment")
        runName = try row.stringOrNil("run_name")
        uniqueKey = try row.stringOrNil("unique_key")
    }
}
