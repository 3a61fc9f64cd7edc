internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import DataAccess
internal import Foundation
internal import JobHandlers
internal import Jobs
internal import Logging
internal import MetricsEndpoint
internal import Plots
internal import Postgres
internal import Prometheus
internal import Registry
internal import Tracking

@main
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Claim and run jobs.",
        discussion: """
            Start as many as you like, on any machine that reaches the database. A job that dies with its worker is run \
            again by another one; nothing of the dead attempt is published.

            SIGTERM or Ctrl-C: claim nothing more, let running jobs finish within --grace, then hand the rest back. A \
            second signal hands them back at once.

            Example, two jobs at a time, until nothing is left to do:
              worker --concurrency 2 --drain
            """,
        version: CoppiceVersion.current
    )

    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp(
            "The queues to claim from, separated by commas.",
            discussion: """
                The most urgent job goes first, in whichever queue it is; train=3,predict=1 takes three jobs of the one for \
                one of the other instead, as long as there is something in both.
                """,
            valueName: "queues"
        )
    )
    var queues = QueueSelection.standard

    @Option(help: "How many jobs to run at a time.")
    var concurrency = 1

    @Option(help: "How many threads train a forest (default: one for each core).")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "How long a job stays with a worker that does not answer, at least 1s.",
            valueName: "duration"
        )
    )
    var lease = DurationArgument(.seconds(30))

    @Option(help: ArgumentHelp("How long running jobs may go on after a signal to stop.", valueName: "duration"))
    var grace = DurationArgument(.seconds(30))

    @Flag(help: "Exit once nothing is left to run.")
    var drain = false

    @Option(help: "Exit after as many jobs.")
    var maxJobs: Int?

    @Option(help: "A name for people (default: host and process).")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Offer metrics for Prometheus at http://HOST:PORT/metrics; 0: any free port.",
            valueName: "port"
        )
    )
    var metricsPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "The address to offer them at. They need no password: beyond loopback, only in a network you trust.",
            valueName: "host"
        )
    )
    var metricsHost = "127.0.0.1"

    @OptionGroup var logging: LoggingOptions

    static func main() async { await runProgram(mayBlock: true) }

    func validate() throws {
        try require(concurrency, "--concurrency", in: 1...1000)
        if let threads { try require(threads, "--threads", in: 1...1024) }
        if let maxJobs { try require(maxJobs, "--max-jobs", in: 1...Int.max) }
        guard lease.duration >= .seconds(1) else {
            throw ValidationError("--lease is \(lease): give at least 1s.")
        }
    }

    func run() async throws {
        // First, so that a signal that comes during the start is obeyed.
        let signals = ShutdownSignals()
        let startTime = Date().timeIntervalSince1970
        let logger = logging.logger(label: "worker")
        let root = try ArtifactRoot.fromEnvironment()
        // Without gnuplot every train job would fail: better not to start.
        let plots = GnuplotRenderer()
        do { try await plots.warmUp() } catch { throw CommandFailure("\(error)") }
        let endpoint = try metricsPort.map { port in try MetricsServer(host: metricsHost, port: port) }
        let postgres = try await database.configuration(program: "coppice worker", logger: logger)
        // Only the queries that users give may take their time. For the rest, a server or a network that says nothing
        // any more must not hold up a worker for ever; nor the heartbeat for longer than leases last.
        var quick = postgres
        quick.answerLimit = Self.answerLimit
        let pool = try await DatabaseOptions.open(
            quick,
            size: concurrency + 1,
            reserve: WorkerLoop.poolReserve,
            logger: logger
        )
        quick.answerLimit = min(lease.duration, Self.answerLimit)
        let upkeepPool = PostgresPool(quick, size: 3, logger: logger)
        let queryPool = PostgresPool(postgres, size: concurrency, logger: logger)
        let workers = WorkerStore(pool: upkeepPool)
        let registration = self.registration
        let id = try await workers.register(registration)
        signals.startIsOver()

        let artifacts = ArtifactStore(pool: pool, root: root)
        let data = DataLoader(artifacts: artifacts, queries: try QueryReader(pool: queryPool))
        let loop = WorkerLoop(
            worker: id,
            store: JobStore(pool: pool),
            upkeepStore: JobStore(pool: upkeepPool),
            handlers: [
                TrainForestHandler(
                    data: data,
                    artifacts: artifacts,
                    plots: plots,
                    threadCount: threads,
                    shards: ShardStore(jobs: JobStore(pool: pool), artifacts: artifacts)
                ),
                TrainShardHandler(data: data, artifacts: artifacts, threadCount: threads),
                PredictRowsHandler(data: data, artifacts: artifacts, registry: RegistryStore(pool: pool)),
                SumUpSweepHandler(
                    jobs: JobStore(pool: pool),
                    tracking: TrackingStore(pool: pool),
                    artifacts: artifacts,
                    plots: plots
                ),
            ],
            configuration: loopConfiguration,
            logger: logger
        )
        logger.info(
            "worker started",
            metadata: ["worker.id": "\(id)", "worker.name": "\(registration.name)", "queues": "\(queues.description)"]
        )
        let count = await withTaskGroup { group in
            if let endpoint {
                logger.info(
                    "metrics are at /metrics",
                    metadata: ["host": "\(metricsHost)", "port": "\(endpoint.port)"]
                )
                // A connection of its own: however slow a look at the queues is, it delays no heartbeat.
                let metricsPool = PostgresPool(quick, size: 1, logger: logger)
                let metrics = WorkerMetrics(
                    loop,
                    queues: QueueStore(pool: metricsPool),
                    version: CoppiceVersion.current,
                    startTime: startTime
                )
                group.addTask {
                    await endpoint.run(contentType: PrometheusText.contentType) { await metrics.text() }
                    await metricsPool.close()
                }
            }
            defer { group.cancelAll() }
            return await loop.run(wakeUps: loop.wakeUps(postgres), shutdowns: signals.requests)
        }
        try? await workers.stopped(id)
        await plots.stop()
        await pool.close()
        await upkeepPool.close()
        await queryPool.close()
        logger.info("worker stopped", metadata: ["jobs": "\(count)"])
    }

    /// Longer than any lock is held: a worker that stops while it publishes is cut off after 30 seconds.
    private static let answerLimit: Duration = .seconds(40)

    private var registration: Jobs.Worker.Registration {
        let host = ProcessInfo.processInfo.hostName
        let process = ProcessInfo.processInfo.processIdentifier
        return Jobs.Worker.Registration(
            name: name ?? "\(host)-\(process)",
            host: host,
            processID: Int(process),
            version: CoppiceVersion.current,
            queues: queues.names,
            concurrency: concurrency
        )
    }

    private var loopConfiguration: WorkerConfiguration {
        var configuration = WorkerConfiguration()
        configuration.queues = queues.names
        configuration.queueWeights = queues.weights
        configuration.concurrency = concurrency
        configuration.lease = lease.duration
        configuration.grace = grace.duration
        configuration.drain = drain
        configuration.maxJobs = maxJobs
        return configuration
    }

    private func require(_ value: Int, _ option: String, in range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            let upper =
                range.upperBound == Int.max
                ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ValidationError("\(option) is \(value): give \(upper).")
        }
    }
}
