import Dispatch
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("What must not stop the queue", .database, .timeLimit(.minutes(10)))
struct RobustnessTests {
    @Test("Ids that run ahead of the history's partitions get theirs, rows that came early included")
    func partitions() async throws {
        let queue = try await QueueFixture()
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 7000000)")
        try await queue.submit()
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        let partitions: SQL = "select tableoid::regclass::text from coppice.finished_jobs"
        #expect(try await queue.value(String.self, partitions) == "coppice.finished_jobs_default")

        try await queue.jobs.ensureHistoryPartitions()
        try await queue.jobs.ensureHistoryPartitions()
        #expect(try await queue.value(String.self, partitions) == "coppice.finished_jobs_7")
        #expect(
            try await queue.value(String.self, "select tableoid::regclass::text from coppice.attempts")
                == "coppice.attempts_7"
        )
    }

    @Test("A job with parameters that a run cannot take is claimed all the same, and so are the others")
    func oddParams() async throws {
        let queue = try await QueueFixture()
        let odd = try await queue.submit {
            $0.params = ["long": String(repeating: "x", count: 7000), String(repeating: "k", count: 300): "1"]
            $0.tags = ["": "nameless"]
        }
        let plain = try await queue.submit()
        #expect(try await queue.claim(limit: 5).map(\.id) == [odd, plain])
        #expect(try await queue.value(Int.self, "select length(value)::bigint from coppice.params") == 6000)
    }

    @Test("An experiment that is not there is refused at submit")
    func missingExperiment() async throws {
        let queue = try await QueueFixture()
        await #expect(throws: JobError.self) {
            var job = queue.newJob()
            job.experimentID = 999
            _ = try await queue.jobs.submit([job])
        }
    }

    @Test("A submit that has not ended yet does not hold up the heartbeat of the job it waits for")
    func heartbeatBesideSubmit() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim()[0].lease
        let (store, worker) = (queue.jobs, queue.worker)
        let dependent = queue.newJob { $0.needs = [id] }
        let submitted = Latch()
        let mayEnd = DispatchSemaphore(value: 0)
        async let wasShort = queue.database.pool(size: 1).withTransaction { session in
            _ = try JobStore.submit([dependent], in: session)
            submitted.open()
            // Blocks the thread of the connection: its transaction stays open.
            return mayEnd.wait(timeout: .now() + 20) == .success
        }
        await submitted.wait()

        let renewed = try? await store.renew([.init(lease: lease, progress: nil)], for: worker, lease: .seconds(30))

        mayEnd.signal()
        #expect(try await wasShort, "the renewal waited for the submit to end")
        #expect(renewed == [lease: .held])
    }

    @Test("The same job named twice is waited for once")
    func duplicateNeeds() async throws {
        let queue = try await QueueFixture()
        let needed = try await queue.submit()
        let waiting = try await queue.submit { $0.needs = [needed, needed] }
        let woken = try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        #expect(woken == ["default"])
        #expect(try await queue.state(waiting) == .queued)
    }

    @Test("A job that is to be cancelled cannot be finished any more")
    func finishAfterCancel() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim()[0].lease
        _ = try await queue.jobs.cancel(id)
        await #expect {
            try await queue.jobs.finish(lease) { _ in }
        } throws: {
            ($0 as? JobError)?.code == .cancelRequested
        }
        try await queue.jobs.acknowledgeCancel(lease)
        #expect(try await queue.state(id) == .cancelled)
    }

    @Test("A retried job waits for what it needs, and is refused while that has not succeeded")
    func retryWithDependency() async throws {
        let queue = try await QueueFixture()
        let needed = try await queue.submit()
        let dependent = try await queue.submit { $0.needs = [needed] }
        _ = try await queue.jobs.cancel(needed)
        await #expect {
            _ = try await queue.jobs.retry(dependent)
        } throws: {
            ($0 as? JobError)?.code == .dependencyFailed
        }

        _ = try await queue.jobs.retry(needed)
        _ = try await queue.jobs.retry(dependent)
        #expect(try await queue.jobs.status(of: [needed, dependent]).map(\.state) == [.queued, .waiting])
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        #expect(try await queue.state(dependent) == .queued)
    }

    @Test("A retried job has its unique key again, or is refused while another one has it")
    func retryWithKey() async throws {
        let queue = try await QueueFixture()
        let first = try await queue.submit { $0.uniqueKey = "nightly" }
        _ = try await queue.jobs.cancel(first)
        _ = try await queue.jobs.retry(first)
        #expect(try await queue.submit { $0.uniqueKey = "nightly" } == first)

        _ = try await queue.jobs.cancel(first)
        let second = try await queue.submit { $0.uniqueKey = "nightly" }
        #expect(second != first)
        await #expect(throws: JobError.self) { _ = try await queue.jobs.retry(first) }
    }

    @Test("Retrying does not start a job early that was submitted for later")
    func retryOfScheduled() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.start = .after(.seconds(3600)) }
        #expect(try await queue.jobs.retry(id) == .scheduled)
        #expect(try await queue.state(id) == .scheduled)
    }

    @Test("A job that is claimed while the worker is told to stop is stopped, too")
    func stopDuringClaim() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let job = try await queue.claim()[0]
        let running = RunningJobs()
        running.stopAll(.handedBack)
        let late = RunningJob(job, leaseEnds: .now)
        running.insert(late)
        #expect(late.stopReason == .handedBack)
    }

    @Test("A reason with a NUL in it is recorded without it")
    func failureWithNul() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let loop = WorkerLoop(
            worker: queue.worker,
            store: queue.jobs,
            upkeepStore: queue.jobs,
            handlers: [NulHandler()],
            configuration: .init(),
            logger: .init(label: "test")
        )
        let job = try await queue.claim()[0]
        await JobRunner(loop: loop, running: RunningJob(job, leaseEnds: .now + .seconds(30))).run()
        #expect(try await queue.jobs.status(of: [id])[0].error == "bad value")
    }

    private struct NulHandler: JobHandler {
        let kind = "train"
        func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
            throw JobFailure.permanent("bad\0 value")
        }
    }
}
