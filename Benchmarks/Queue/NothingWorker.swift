import Foundation
import Jobs
import Logging
import Postgres
import Synchronization

/// A worker process whose jobs do nothing: what is left is the queue.
struct NothingWorker {
    /// Whether its jobs say that they have something to publish, as all do that train or predict: each ends in a
    /// transaction of its own then.
    enum Result: String {
        case nothing, something
    }

    private struct Handler: JobHandler {
        let kind = "nothing"
        let result: Result
        let started: @Sendable (ClaimedJob) -> Void

        func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
            started(job)
            return result == .nothing ? .nothing : JobResult { _ in }
        }
    }

    /// `worker CONCURRENCY drain|stay nothing|something`, with the database in `DATABASE_URL`.
    static func main(_ arguments: [String]) async throws {
        let configuration = try PostgresConfiguration(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "")
        let (shutdowns, _) = AsyncStream.makeStream(of: ShutdownRequest.self)
        try await run(
            configuration,
            concurrency: Int(arguments[0]) ?? 1,
            drain: arguments[1] == "drain",
            result: arguments.count > 2 ? Result(rawValue: arguments[2]) ?? .nothing : .nothing,
            shutdowns: shutdowns
        )
    }

    static func run(
        _ configuration: PostgresConfiguration,
        concurrency: Int,
        drain: Bool,
        result: Result = .nothing,
        shutdowns: AsyncStream<ShutdownRequest>,
        started: @escaping @Sendable (ClaimedJob) -> Void = { _ in }
    ) async throws {
        let logger = Logger(label: "queue-benchmark") { _ in SwiftLogNoOpLogHandler() }
        let pool = PostgresPool(configuration, size: concurrency + 1, reserve: WorkerLoop.poolReserve)
        let upkeepPool = PostgresPool(configuration, size: 2)
        let worker = try await WorkerStore(pool: upkeepPool).register(
            Worker.Registration(
                name: "nothing-\(getpid())",
                host: "here",
                processID: Int(getpid()),
                version: "1",
                queues: ["default"],
                concurrency: concurrency
            )
        )
        var settings = WorkerConfiguration()
        settings.concurrency = concurrency
        settings.drain = drain
        let loop = WorkerLoop(
            worker: worker,
            store: JobStore(pool: pool),
            upkeepStore: JobStore(pool: upkeepPool),
            handlers: [Handler(result: result, started: started)],
            configuration: settings,
            logger: logger
        )
        await loop.run(wakeUps: loop.wakeUps(configuration), shutdowns: shutdowns)
        await pool.close()
        await upkeepPool.close()
    }

    /// Starts `count` processes that work until nothing is left, and waits for them.
    static func drain(
        _ configuration: PostgresConfiguration,
        processes count: Int,
        concurrency: Int,
        result: Result = .nothing
    ) throws {
        let processes = try (0..<count).map { _ in
            let process = Process()
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["worker", "\(concurrency)", "drain", result.rawValue]
            process.environment = ProcessInfo.processInfo.environment.merging([
                "DATABASE_URL": configuration.uri
            ]) { $1 }
            try process.run()
            return process
        }
        for process in processes { process.waitUntilExit() }
    }
}
