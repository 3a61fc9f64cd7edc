import Artifacts
import DataAccess
import DecisionForests
import Jobs
import Logging
import Plots
import Postgres
import Registry
import TestSupport
import Testing

@testable import JobHandlers

@Suite("An alias that moves only to a better version", .database, .timeLimit(.minutes(10)))
struct AliasTests {
    @Test("However many jobs race for it, the best version holds the alias in the end")
    func race() async throws {
        let database = try testDatabase()
        let pool = database.pool()
        let jobs = JobStore(pool: pool)
        let artifacts = ArtifactStore(pool: pool)
        for depth in 1...6 {
            let told = TrainForest(
                data: DataSelection(source: .builtIn("diabetes")),
                splitSeed: 1,
                hyperparameters: try Hyperparameters(task: .regression, treeCount: 3, maxDepth: depth),
                randomState: 1,
                registeredName: "m",
                alias: "champion",
                ifBetter: "rmse"
            )
            _ = try await jobs.submit([
                NewJob(kind: TrainForest.kind, spec: told, experimentID: 0, submittedBy: "test")
            ])
        }
        let worker = try await WorkerStore(pool: pool).register(
            Worker.Registration(
                name: "w",
                host: "here",
                processID: 1,
                version: "1",
                queues: ["default"],
                concurrency: 3
            )
        )
        var configuration = WorkerConfiguration()
        configuration.concurrency = 3
        configuration.drain = true
        let plots = GnuplotRenderer()
        let loop = WorkerLoop(
            worker: worker,
            store: jobs,
            upkeepStore: JobStore(pool: database.pool(size: 1)),
            handlers: [
                TrainForestHandler(
                    data: DataLoader(artifacts: artifacts, queries: try QueryReader(pool: pool)),
                    artifacts: artifacts,
                    plots: plots,
                    threadCount: 1
                )
            ],
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(await loop.run(wakeUps: AsyncStream<WorkerLoop.WakeUp> { _ in }, shutdowns: AsyncStream { _ in }) == 6)
        await plots.stop()

        let isBest = try await pool.withSession { session in
            try session.execute(
                """
                select (metrics->>'rmse')::float8 = (select min((metrics->>'rmse')::float8) from coppice.model_history)
                from coppice.model_history where 'champion' = any (aliases)
                """
            ).map { row in try row.bool(0) }
        }
        #expect(isBest == [true])
        #expect(try await RegistryStore(pool: pool).model(named: "m").latestVersion == 6)
    }
}
