import ChaosSupport
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite("A claim in the transaction that ends a job", .database, .timeLimit(.minutes(10)))
struct SuccessionTests {
    /// Ends of jobs that publish nothing take another way: `isEmpty`.
    private static func nothing(_ isEmpty: Bool) -> JobResult { isEmpty ? .nothing : JobResult { _ in } }

    private func loop(
        _ queue: QueueFixture,
        store: JobStore? = nil,
        maxJobs: Int? = nil,
        body: @escaping @Sendable (ClaimedJob) async throws -> JobResult
    ) -> WorkerLoop {
        queue.loop(store: store, .restless { $0.maxJobs = maxJobs }) { job, _ in try await body(job) }
    }

    private func run(_ loop: WorkerLoop) async -> Int { await loop.run() }

    /// How many jobs ended in a transaction that claimed another one. A run's tags are written by its claim alone.
    private static let successions: SQL = """
        select count(*) from coppice.finished_jobs f where exists (select from coppice.tags t where t.xmin = f.xmin)
        """

    @Test("A worker goes from job to job without a commit between them", arguments: [false, true])
    func succession(isEmpty: Bool) async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<4).map { _ in queue.newJob() }).map(\.id)
        let order = Mutex<[Job.ID]>([])
        let count = await run(
            loop(queue) { job in
                order.withLock { $0.append(job.id) }
                return Self.nothing(isEmpty)
            }
        )

        #expect(count == 4)
        #expect(order.withLock { $0 } == ids)
        #expect(try await queue.value(Int.self, Self.successions) == 3)
        #expect(try await queue.jobs.status(of: ids).allSatisfy { $0.state == .succeeded && $0.attempt == 1 })
    }

    @Test("A job that waited for another one can take its place", arguments: [false, true])
    func dependent(isEmpty: Bool) async throws {
        let queue = try await QueueFixture()
        let first = try await queue.submit()
        let second = try await queue.submit { $0.needs = [first] }
        let count = await run(loop(queue) { _ in Self.nothing(isEmpty) })

        #expect(count == 2)
        #expect(try await queue.state(second) == .succeeded)
        #expect(try await queue.value(Int.self, Self.successions) == 1)
    }

    @Test(
        "A worker that may run two jobs claims no third, and nothing from a queue that was paused meanwhile",
        arguments: [false, true]
    )
    func limits(isEmpty: Bool) async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<4).map { _ in queue.newJob() }).map(\.id)
        #expect(await run(loop(queue, maxJobs: 2) { _ in Self.nothing(isEmpty) }) == 2)
        let count = await run(
            loop(queue) { _ in
                try await queue.execute("update coppice.queues set paused_at = now(), paused_by = 'tester'")
                return Self.nothing(isEmpty)
            }
        )

        #expect(count == 1)
        #expect(try await queue.jobs.status(of: ids).map(\.state) == [.succeeded, .succeeded, .succeeded, .queued])
        #expect(try await queue.value(Int.self, "select attempt::bigint from coppice.jobs") == 0)
    }

    @Test(
        "A claim that fails does not keep the job before from ending, and costs no attempt",
        arguments: [false, true]
    )
    func refusedClaim(isEmpty: Bool) async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<3).map { _ in queue.newJob { $0.maxAttempts = 1 } }).map(\.id)
        try await queue.execute(
            """
            create function public.refuse() returns trigger language plpgsql as $$
            begin
                if exists (select from coppice.finished_jobs f where f.xmin = pg_current_xact_id()::xid) then
                    raise exception 'not now';
                end if;
                return new;
            end $$
            """
        )
        try await queue.execute(
            "create trigger refuse before insert on coppice.attempts for each row execute function public.refuse()"
        )
        let count = await run(loop(queue) { _ in Self.nothing(isEmpty) })

        #expect(count == 3)
        #expect(try await queue.jobs.status(of: ids).allSatisfy { $0.state == .succeeded && $0.attempt == 1 })
        #expect(try await queue.value(Int.self, Self.successions) == 0)
    }

    @Test("What is refused by the fence claims nothing", arguments: [false, true])
    func lostLease(isEmpty: Bool) async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let next = try await queue.submit()
        let job = try await queue.claim(lease: .zero)[0]
        _ = try await queue.jobs.rescue(maxLosses: 5)
        let loop = loop(queue) { _ in Self.nothing(isEmpty) }
        let runner = JobRunner(
            loop: loop,
            running: RunningJob(job, leaseEnds: .now + .seconds(60)),
            intake: Intake(loop.configuration)
        )

        #expect(await runner.run() == nil)
        #expect(try await queue.state(next) == .queued)
    }

    @Test("A job that is claimed while the worker is asked to stop is handed back")
    func stopped() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let next = try await queue.submit()
        let loop = loop(queue) { _ in .nothing }
        let intake = Intake(loop.configuration)
        let allowance = try #require(intake.allow(atMost: 1))
        let job = try await queue.claim()[0]
        intake.settle(allowance, claimed: [job])
        let claimed = try await queue.jobs.finish(
            job.lease,
            claiming: { loop.request(allowance) },
            publish: { _ in }
        ).claimed
        intake.close()
        let running = loop.begin(claimed[0], leaseEnds: .now + .seconds(60), intake)
        #expect(await JobRunner(loop: loop, running: running, intake: intake).run() == nil)

        let status = try await queue.jobs.status(of: [next])[0]
        #expect(status.state == .queued && status.attempt == 1)
        #expect(try await queue.jobs.attempts(at: next).map(\.outcome) == [.released])
    }

    @Test("A worker that is asked to stop while a job is published claims nothing after it")
    func stoppedWhilePublishing() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let next = try await queue.submit()
        let intake = Intake(WorkerConfiguration())
        let loop = loop(queue) { _ in JobResult { _ in intake.close() } }
        let running = RunningJob(try await queue.claim()[0], leaseEnds: .now + .seconds(60))

        #expect(await JobRunner(loop: loop, running: running, intake: intake).run() == nil)
        #expect(try await queue.jobs.status(of: [next])[0].attempt == 0)
    }

    @Test(
        "Where the connection is cut at the commit, each job is done once, and none is left behind",
        arguments: [Trap.Reaction.cutAfterDelivery, .cutBeforeDelivery]
    )
    func cutAtCommit(reaction: Trap.Reaction) async throws {
        let queue = try await QueueFixture()
        let proxy = try LoopbackProxy(to: queue.database.socketPath)
        let trap = proxy.trap(.commit, reaction)
        let ids = try await queue.jobs.submit((0..<2).map { _ in queue.newJob { $0.maxAttempts = 1 } }).map(\.id)
        let store = JobStore(pool: PostgresPool(queue.database.configuration(port: proxy.port), size: 2))
        let loop = loop(queue, store: store) { job in
            JobResult { session in
                try session.execute("insert into coppice.registered_models (name) values (\("of job \(job.id)"))")
            }
        }
        let job = try await queue.claim()[0]
        let runner = JobRunner(
            loop: loop,
            running: RunningJob(job, leaseEnds: .now + .seconds(60)),
            intake: Intake(loop.configuration)
        )
        let next = await runner.run()

        #expect(trap.isSprung)
        #expect(try await queue.state(ids[0]) == .succeeded)
        #expect(try await queue.state(ids[1]) == .running)
        if reaction == .cutAfterDelivery {
            // Nobody knows of the claim; it is lost with its lease.
            #expect(next == nil)
            try await queue.execute("update coppice.jobs set lease_until = now() - interval '1 s'")
            #expect(await run(loop) == 1)
        } else {
            #expect(await JobRunner(loop: loop, running: try #require(next)).run() == nil)
        }
        #expect(try await queue.state(ids[1]) == .succeeded)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 2)
        let outcomes = try await queue.jobs.attempts(at: ids[1]).map(\.outcome)
        #expect(outcomes == (reaction == .cutAfterDelivery ? [.lost, .succeeded] : [.succeeded]))
    }
}
