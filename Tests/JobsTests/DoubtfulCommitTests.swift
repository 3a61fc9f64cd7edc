import ChaosSupport
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite("A commit in doubt", .database, .timeLimit(.minutes(10)))
struct DoubtfulCommitTests {
    @Test(
        "Where the connection is cut at the commit, the job is published once: by that commit or by the next one",
        arguments: [(Trap.Reaction.cutAfterDelivery, 1), (.cutBeforeDelivery, 2)]
    )
    func cutAtCommit(reaction: Trap.Reaction, publications: Int) async throws {
        let queue = try await QueueFixture()
        let proxy = try LoopbackProxy(to: queue.database.socketPath)
        let trap = proxy.trap(.commit, reaction)
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let published = Mutex(0)
        let loop = WorkerLoop(
            worker: queue.worker,
            store: JobStore(pool: PostgresPool(queue.database.configuration(port: proxy.port), size: 2)),
            upkeepStore: queue.jobs,
            handlers: [
                Handler { session in
                    published.withLock { $0 += 1 }
                    try session.execute("insert into coppice.registered_models (name) values ('once')")
                }
            ],
            configuration: .init(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let job = try await queue.claim()[0]
        await JobRunner(loop: loop, running: RunningJob(job, leaseEnds: .now + .seconds(60))).run()

        #expect(trap.isSprung)
        #expect(try await queue.state(id) == .succeeded)
        #expect(published.withLock { $0 } == publications)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 1)
        #expect(try await queue.jobs.outcome(of: job.lease) == .succeeded)
    }

    private struct Handler: JobHandler {
        let kind = "train"
        let publish: @Sendable (borrowing Session) throws -> Void

        init(_ publish: @escaping @Sendable (borrowing Session) throws -> Void) {
            self.publish = publish
        }

        func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult { JobResult(publish: publish) }
    }
}
