import Logging
import TestSupport

@testable import Jobs

/// A handler that is a closure.
struct ClosureHandler: JobHandler {
    let kind = "train"
    let body: @Sendable (ClaimedJob, JobContext) async throws -> JobResult

    func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        try await body(job, context)
    }
}

extension WorkerConfiguration {
    /// Of a worker that looks and tries again often, and stops once nothing is left to run.
    static func restless(_ change: (inout WorkerConfiguration) -> Void = { _ in }) -> WorkerConfiguration {
        var configuration = WorkerConfiguration()
        // Long enough for a busy machine: no lease is lost unless a test takes it away.
        configuration.lease = .seconds(60)
        configuration.pollInterval = .milliseconds(20)
        configuration.upkeepInterval = .milliseconds(20)
        configuration.retryPolicy = RetryPolicy(base: .milliseconds(1), longest: .milliseconds(1))
        configuration.drain = true
        change(&configuration)
        return configuration
    }
}

extension QueueFixture {
    /// - Parameter store: for claiming and finishing, if not this queue's own.
    func loop(
        store: JobStore? = nil,
        _ configuration: WorkerConfiguration = .restless(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        handler: @escaping @Sendable (ClaimedJob, JobContext) async throws -> JobResult
    ) -> WorkerLoop {
        WorkerLoop(
            worker: worker,
            store: store ?? jobs,
            upkeepStore: JobStore(pool: database.pool(size: 1)),
            handlers: [ClosureHandler(body: handler)],
            configuration: configuration,
            logger: logger
        )
    }
}

/// Tells of each message that is logged.
struct MessageListener: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    let hear: @Sendable (String) -> Void

    init(hear: @escaping @Sendable (String) -> Void) { self.hear = hear }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { hear("\(event.message)") }
}

extension WorkerLoop {
    /// Runs it with nobody who wakes it; returns how many jobs it ran.
    func run(shutdowns: AsyncStream<ShutdownRequest> = AsyncStream { _ in }) async -> Int {
        await run(wakeUps: AsyncStream<WakeUp> { _ in }, shutdowns: shutdowns)
    }
}
