public import Logging
public import Postgres

/// Knows how to do the jobs of one kind.
public protocol JobHandler: Sendable {
    /// The kind of job it does, as in `ClaimedJob.kind`.
    var kind: String { get }

    /// Does the work, outside any transaction and for as long as it takes, and returns what is to be published.
    ///
    /// Called again for the same job after a failure or a lost worker: nothing it does may be visible before its
    /// result is published. Stops soon, by throwing, when its task is cancelled.
    /// - Throws: `JobFailure.permanent` for what trying again cannot help; anything else is tried again.
    func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult
}

/// What a handler made, and how to make it visible.
public struct JobResult: Sendable {
    /// Writes everything the job made. Runs inside the transaction that ends the job; may run more than once, each time
    /// in a new transaction, when a connection is lost. Registers a model version last: see `JobStore.finish`.
    /// nil: there is nothing to write, and the job may end in one transaction with others.
    public let publish: (@Sendable (borrowing Session) throws -> Void)?

    /// Of a job that made nothing.
    public static let nothing = JobResult()

    private init() {
        publish = nil
    }

    public init(publish: @escaping @Sendable (borrowing Session) throws -> Void) {
        self.publish = publish
    }
}

/// What a handler may tell about a job while it runs.
public struct JobContext: Sendable {
    let running: RunningJob
    /// A logger with the job's and the run's id.
    public let logger: Logger

    /// The share done, 0 to 1; stored with the next heartbeat.
    public func report(progress: Double) {
        running.report(progress: progress)
    }

    /// Adds a line to the job's log, which `coppice jobs logs` shows.
    public func log(_ message: String, level: Logger.Level = .info) {
        running.log.append(message, level: level)
        logger.log(level: level, "\(message)")
    }
}
