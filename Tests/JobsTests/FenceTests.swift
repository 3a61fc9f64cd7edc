import Dispatch
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("The fence", .database, .timeLimit(.minutes(10)))
struct FenceTests {
    /// A job whose first lease ran out and which a second worker has claimed.
    private func zombie(_ queue: QueueFixture) async throws -> (old: JobLease, new: JobLease) {
        try await queue.submit()
        let old = try await queue.claim(lease: .zero)[0].lease
        #expect(try await queue.jobs.rescue(maxLosses: 5) == 1)
        let (store, worker) = try await queue.anotherWorker()
        let new = try await store.claim(for: worker, queues: ["default"], limit: 1, lease: .seconds(30))[0].lease
        return (old, new)
    }

    private func expectLeaseLost(
        _ body: () async throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        do {
            try await body()
            Issue.record("a stale attempt was accepted", sourceLocation: sourceLocation)
        } catch {
            #expect((error as? JobError)?.code == .leaseLost, sourceLocation: sourceLocation)
        }
    }

    @Test("A worker that slept past its lease can write nothing")
    func zombieIsRefused() async throws {
        let queue = try await QueueFixture()
        let (old, new) = try await zombie(queue)

        await expectLeaseLost {
            try await queue.jobs.finish(old) { session in
                try session.execute("insert into coppice.registered_models (name) values ('published by a zombie')")
            }
        }
        await expectLeaseLost { _ = try await queue.jobs.fail(old, error: "late", retryIn: nil) }
        await expectLeaseLost { try await queue.jobs.release(old) }
        await expectLeaseLost { try await queue.jobs.acknowledgeCancel(old) }
        let renewed = try await queue.jobs.renew(
            [.init(lease: old, progress: 0.5)],
            for: old.worker,
            lease: .seconds(30)
        )

        #expect(renewed.isEmpty)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 0)
        #expect(try await queue.jobs.outcome(of: old) == .lost)
        try await queue.jobs.finish(new) { _ in }
        #expect(try await queue.jobs.outcome(of: new) == .succeeded)
    }

    @Test("A lease of another worker is not a lease")
    func foreignLease() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let lease = try await queue.claim()[0].lease
        let other = try await queue.anotherWorker()
        let forged = JobLease(job: lease.job, attempt: lease.attempt, worker: other.worker)
        await expectLeaseLost { try await queue.jobs.finish(forged) { _ in } }
    }

    @Test("What cannot be published whole is not published at all, and the job is still held")
    func publishIsAtomic() async throws {
        struct Refused: Error {}
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim()[0].lease

        await #expect(throws: Refused.self) {
            try await queue.jobs.finish(lease) { session in
                try session.execute("insert into coppice.registered_models (name) values ('half')")
                throw Refused()
            }
        }

        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 0)
        #expect(try await queue.state(id) == .running)
        #expect(try await queue.jobs.outcome(of: lease) == nil)
        #expect(try await queue.value(String.self, "select status::text from coppice.runs") == "RUNNING")
    }

    @Test("A worker that stops inside its finishing transaction holds the job no longer than its lease")
    func sleepInsideFinish() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim(lease: .seconds(10))[0].lease
        let error = try await #require(throws: PostgresError.self) {
            try await queue.jobs.finish(lease) { session in
                // The worker sleeps: the server hears nothing of it until it hangs up.
                let hungUp = DispatchSemaphore(value: 0)
                Task {
                    while try await queue.value(
                        Int.self,
                        "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'"
                    ) > 0 {}
                    hungUp.signal()
                }
                hungUp.wait()
                try session.execute("select 1")
            }
        }
        #expect(error.isConnectionLoss)
        #expect(try await queue.state(id) == .running)
        while try await queue.jobs.rescue(maxLosses: 5) == 0 {}
        #expect(try await queue.state(id) == .queued)
    }

    @Test("A finished job ends its attempt and its run, and leaves the hot table")
    func finish() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }

        #expect(try await queue.state(id) == .succeeded)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
        #expect(try await queue.value(String.self, "select status::text from coppice.runs") == "FINISHED")
    }
}
