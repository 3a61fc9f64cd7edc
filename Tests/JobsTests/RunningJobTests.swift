import Logging
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite("A job in the hands of a worker", .database, .timeLimit(.minutes(5)))
struct RunningJobTests {
    private final class Counter: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .relaxed) }
        func increment() { count.add(1, ordering: .relaxed) }
    }

    private func running() async throws -> RunningJob {
        let queue = try await QueueFixture()
        try await queue.submit()
        return RunningJob(try await queue.claim()[0], leaseEnds: .now + .seconds(30))
    }

    @Test("The first reason to stop counts, and cancels the handler once")
    func firstReason() async throws {
        let running = try await running()
        let cancels = Counter()
        running.handlerBegins { cancels.increment() }
        running.stop(.leaseLost)
        running.stop(.cancelRequested)
        #expect(running.stopReason == .leaseLost)
        #expect(running.handlerIsDone() == .leaseLost)
        #expect(cancels.value == 1)
    }

    @Test("A handler that begins after the job had to stop is cancelled at once")
    func stoppedBefore() async throws {
        let running = try await running()
        running.stop(.cancelRequested)
        let cancels = Counter()
        running.handlerBegins { cancels.increment() }
        #expect(cancels.value == 1)
        #expect(running.handlerIsDone() == .cancelRequested)
    }

    @Test("Once its handler is done, a reason to stop is late; that it is handed back is known all the same")
    func late() async throws {
        let running = try await running()
        running.handlerBegins { Issue.record("the handler was done") }
        #expect(running.handlerIsDone() == nil)
        running.stop(.handedBack)
        #expect(running.stopReason == nil)
        #expect(running.isHandedBack.isOpen)
    }

    /// Does not mind that it is cancelled.
    private struct Stubborn: JobHandler {
        let kind = "train"

        func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
            while !Task.isCancelled { await Task.yield() }
            return JobResult { _ in }
        }
    }

    @Test("A job that was over its time has failed, also if its handler says that it is done")
    func timeout() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit {
            $0.timeout = .milliseconds(20)
            $0.maxAttempts = 1
        }
        let loop = WorkerLoop(
            worker: queue.worker,
            store: queue.jobs,
            upkeepStore: queue.jobs,
            handlers: [Stubborn()],
            configuration: .init(),
            logger: .init(label: "test")
        )
        let job = try await queue.claim()[0]
        await JobRunner(loop: loop, running: RunningJob(job, leaseEnds: .now + .seconds(30))).run()
        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed)
        #expect(try #require(status.error).contains("timeout"))
    }
}
