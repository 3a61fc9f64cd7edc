import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Failing, handing back, losing, cancelling", .database, .timeLimit(.minutes(10)))
struct AttemptTests {
    @Test("A job that fails is tried again until its attempts are used up; each attempt keeps its run and its error")
    func retries() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 2 }

        #expect(try await queue.jobs.fail(queue.claim()[0].lease, error: "first", retryIn: .zero) == .scheduled)
        _ = try await queue.jobs.promoteDueJobs()
        #expect(try await queue.jobs.fail(queue.claim()[0].lease, error: "second", retryIn: .zero) == .failed)

        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed && status.attempt == 2 && status.error == "second")
        let attempts = try await queue.value(
            String.self,
            """
            select string_agg(concat_ws(' ', a.attempt, a.outcome, a.error, r.status), '; ' order by a.attempt)
            from coppice.attempts a join coppice.runs r using (run_no)
            """
        )
        #expect(attempts == "1 failed first FAILED; 2 failed second FAILED")
    }

    @Test("A permanent failure is not tried again")
    func permanent() async throws {
        let queue = try await QueueFixture()
        try await queue.submit { $0.maxAttempts = 9 }
        #expect(try await queue.jobs.fail(queue.claim()[0].lease, error: "bad data", retryIn: nil) == .failed)
    }

    @Test("Handing a job back counts no failure, and the next attempt is the same job's")
    func release() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        try await queue.jobs.release(queue.claim()[0].lease)
        let again = try await queue.claim()[0]
        #expect(again.id == id && again.lease.attempt == 2 && again.failures == 0)
    }

    @Test("Of two attempts of one job in the same hands only the newer one holds its lease")
    func staleAttempt() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let old = try await queue.claim(lease: .zero)[0].lease
        #expect(try await queue.jobs.rescue(maxLosses: 5) == 1)
        try await queue.execute("update coppice.jobs set state = 'queued', scheduled_at = now()")
        let new = try await queue.claim()[0].lease
        let renewed = try await queue.jobs.renew(
            [old, new].map { .init(lease: $0, progress: nil) },
            for: queue.worker,
            lease: .seconds(30)
        )
        #expect(renewed == [new: .held])
    }

    @Test("A lease that runs out hands the job back; one that is renewed does not")
    func rescue() async throws {
        let queue = try await QueueFixture()
        let ids = [try await queue.submit(), try await queue.submit()]
        let leases = try await queue.claim(limit: 2, lease: .zero).map(\.lease)
        let renewed = try await queue.jobs.renew(
            [.init(lease: leases[0], progress: 0.25)],
            for: queue.worker,
            lease: .seconds(30)
        )

        #expect(renewed == [leases[0]: .held])
        #expect(try await queue.jobs.rescue(maxLosses: 5) == 1)
        let statuses = try await queue.jobs.status(of: ids)
        #expect(statuses.map(\.state) == [.running, .queued])
        #expect(statuses[0].progress == 0.25)
        #expect(try await queue.jobs.outcome(of: leases[1]) == .lost)
    }

    @Test("A job that keeps losing its workers ends as failed")
    func poison() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        for round in 1...3 {
            _ = try await queue.claim(lease: .zero)
            #expect(try await queue.jobs.rescue(maxLosses: 3) == 1)
            #expect(try await queue.state(id) == (round < 3 ? .queued : .failed))
        }
        #expect(try await queue.jobs.status(of: [id])[0].error == "its worker was lost 3 times")
    }

    @Test("Two rescuers hand each lost job back once")
    func rescueIsExclusive() async throws {
        let queue = try await QueueFixture()
        _ = try await queue.jobs.submit((0..<40).map { _ in queue.newJob() })
        _ = try await queue.claim(limit: 40, lease: .zero)
        let other = try await queue.anotherWorker()

        async let first = queue.jobs.rescue(maxLosses: 5)
        async let second = other.jobs.rescue(maxLosses: 5)
        let rescued = try await first + second
        // One may have skipped rows that the other held: a second look finds nothing lost.
        #expect(rescued == 40)
        #expect(try await queue.value(Int.self, "select sum(losses)::bigint from coppice.jobs") == 40)
    }

    @Test("Cancelling a running job asks its worker; acknowledging ends it")
    func cancelRunning() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim()[0].lease

        #expect(try await queue.jobs.cancel(id) == .requested)
        let renewed = try await queue.jobs.renew(
            [.init(lease: lease, progress: nil)],
            for: queue.worker,
            lease: .seconds(30)
        )
        #expect(renewed == [lease: .cancelRequested])
        try await queue.jobs.acknowledgeCancel(lease)
        #expect(try await queue.state(id) == .cancelled)
        #expect(try await queue.value(String.self, "select status::text from coppice.runs") == "KILLED")
    }

    @Test("A job whose cancellation was requested is cancelled however its attempt ends")
    func cancelWins() async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<3).map { _ in queue.newJob() }).map(\.id)
        let leases = try await queue.claim(limit: 2).map(\.lease)
        _ = try await queue.claim(lease: .zero)
        for id in ids { #expect(try await queue.jobs.cancel(id) == .requested) }

        _ = try await queue.jobs.fail(leases[0], error: "bad", retryIn: .zero)
        try await queue.jobs.release(leases[1])
        _ = try await queue.jobs.rescue(maxLosses: 5)

        #expect(try await queue.jobs.status(of: ids).map(\.state) == [.cancelled, .cancelled, .cancelled])
    }

    @Test("A failed job can be tried again by hand, and its attempts go on counting")
    func retryByHand() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad", retryIn: nil)

        #expect(try await queue.jobs.retry(id) == .failed)
        let again = try await queue.claim()[0]
        #expect(again.id == id && again.lease.attempt == 2)
        try await queue.jobs.finish(again.lease) { _ in }
        #expect(try await queue.state(id) == .succeeded)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.finished_jobs") == 1)
    }
}
