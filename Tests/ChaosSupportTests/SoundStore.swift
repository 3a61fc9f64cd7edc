import Artifacts
import DataAccess
import JobHandlers
import Logging
import Plots
import Postgres
import Registry
import TestSupport

@testable import ChaosSupport
@testable import Jobs

/// A store in which one worker was lost and everything else went well: two versions of one model and a prediction.
struct SoundStore {
    private let pool: PostgresPool
    private let ledger = Ledger()

    init(_ database: TestDatabase) async throws {
        pool = database.pool()
        let jobs = JobStore(pool: pool)
        var orders = [try JobMix.base()]
        ledger.enter(orders.map(\.entry))
        _ = try await jobs.submit(orders.map(\.job))
        // Its first worker is lost.
        let lost = try await Self.worker("lost", pool)
        _ = try await jobs.claim(for: lost, queues: ["default"], limit: 1, lease: .zero)
        _ = try await jobs.rescue(maxLosses: 5)
        try await drain(database)

        // The same forest once more, and a prediction.
        orders = [try JobMix.base(), JobMix.predicting(rows: 3, with: nil)]
        ledger.enter(orders.map(\.entry))
        _ = try await jobs.submit(orders.map(\.job))
        try await pool.withTransaction { session in try Timetable.add("yearly", in: session) }
        _ = try await ScheduleStore(pool: pool).fireDue()
        try await drain(database)
        ledger.acknowledge(ledger.entries.map(\.token))
        let ledger = ledger
        try await pool.withSession { session in try ledger.store(in: session) }
    }

    func findings() async throws -> [Invariant.Finding] {
        try await pool.withSession { session in try Invariant.all.map { try $0.check(in: session) } }
    }

    func damage(_ sql: String) async throws {
        try await pool.withSession { session in try session.executeScript(unsafeRaw: sql) }
    }

    private static func worker(_ name: String, _ pool: PostgresPool) async throws -> Worker.ID {
        try await WorkerStore(pool: pool).register(
            Worker.Registration(
                name: name,
                host: "here",
                processID: 1,
                version: "1",
                queues: ["default"],
                concurrency: 1
            )
        )
    }

    private func drain(_ database: TestDatabase) async throws {
        let artifacts = ArtifactStore(pool: pool)
        let data = DataLoader(artifacts: artifacts, queries: try QueryReader(pool: pool))
        let plots = GnuplotRenderer()
        var configuration = WorkerConfiguration()
        configuration.drain = true
        await WorkerLoop(
            worker: try await Self.worker("worker", pool),
            store: JobStore(pool: pool),
            upkeepStore: JobStore(pool: database.pool(size: 1)),
            handlers: [
                TrainForestHandler(data: data, artifacts: artifacts, plots: plots, threadCount: 1),
                PredictRowsHandler(data: data, artifacts: artifacts, registry: RegistryStore(pool: pool)),
            ],
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).run(wakeUps: AsyncStream<WorkerLoop.WakeUp> { _ in }, shutdowns: AsyncStream { _ in })
        await plots.stop()
    }
}
