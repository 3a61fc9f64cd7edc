import Foundation
import Postgres
import Presentation
import TestSupport
import Testing

@testable import Jobs

@Suite("The queue at a glance", .database)
struct OverviewTests {
    @Test("Live jobs are counted by state, up to a limit")
    func live() async throws {
        let queue = try await QueueFixture()
        for _ in 0..<4 { try await queue.submit() }
        let first = try await queue.claim()[0]
        try await queue.submit { $0.needs = [first.lease.job] }
        try await queue.submit { $0.start = .after(.seconds(3600)) }
        let overview = try await queue.jobs.overview(countLimit: 2)
        #expect(overview.live[.queued] == BoundedCount(found: 3, limit: 2))
        #expect(overview.live[.queued]?.description == "2+")
        #expect(overview.live[.running]?.description == "1")
        #expect(overview.live[.waiting]?.description == "1")
        #expect(overview.live[.scheduled]?.description == "1")
    }

    @Test("Failures are counted, up to a limit, and the latest are named")
    func ended() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "no such column", retryIn: nil)
        let overview = try await queue.jobs.overview()
        #expect(overview.failedToday == BoundedCount(found: 1, limit: 1000))
        #expect(overview.latestFailures.map(\.job) == [id])
        #expect(overview.latestFailures.first?.error == "no such column")
        let another = try await queue.submit { $0.maxAttempts = 1 }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "no such table", retryIn: nil)
        let later = try await queue.jobs.overview(countLimit: 1)
        #expect(later.failedToday.description == "1+")
        #expect(later.latestFailures.map(\.job) == [another, id])
        try await queue.execute("update coppice.finished_jobs set finished_at = finished_at - interval '25 hours'")
        let tomorrow = try await queue.jobs.overview()
        #expect(tomorrow.failedToday.description == "0")
        #expect(tomorrow.latestFailures.isEmpty)
    }

    @Test("What ended is counted by spans of time, from the first instant to before the last")
    func spans() async throws {
        let queue = try await QueueFixture()
        for _ in 0..<4 { try await queue.submit { $0.maxAttempts = 1 } }
        for job in try await queue.claim(limit: 4) {
            _ = try await queue.jobs.fail(job.lease, error: "no", retryIn: nil)
        }
        try await queue.execute(
            """
            update coppice.finished_jobs f
            set finished_at = given.at, state = given.state::coppice.job_state
            from (values (1, timestamptz '2030-01-01 10:00:00Z', 'succeeded'), (2, '2030-01-01 10:04:59.9Z', 'failed'),
                (3, '2030-01-01 10:05:00Z', 'cancelled'), (4, '2030-01-01 10:20:00Z', 'failed')) as given (place, at, state)
            where given.place = (select count(*) from coppice.finished_jobs o where o.job_id <= f.job_id)
            """
        )
        let start = Date(timeIntervalSince1970: 1_893_492_000)
        let ended = try await queue.jobs.ended(
            from: start,
            to: start.addingTimeInterval(1200),
            every: .seconds(300)
        )
        #expect(
            ended == [
                EndedSpan(start: start, succeeded: 1, failed: 1),
                EndedSpan(start: start.addingTimeInterval(300), succeeded: 0, failed: 0),
            ]
        )
    }

    @Test("Paused queues and workers that were not seen are named")
    func attention() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        try await QueueStore(pool: queue.jobs.pool).pause("default")
        try await queue.execute("update coppice.workers set seen_at = now() - interval '3 minutes'")
        let overview = try await queue.jobs.overview()
        #expect(overview.pausedQueues == ["default"])
        #expect(overview.lostWorkers == ["worker-1"])
        #expect(overview.aliveWorkers == 0)
    }

    @Test("The pulse changes with what a queue does, and not without")
    func pulse() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let before = try await queue.jobs.pulse()
        #expect(try await queue.jobs.pulse() == before)
        _ = try await queue.claim()
        #expect(try await queue.jobs.pulse() != before)
    }

    @Test("The pulse changes when a job ends, whatever its id")
    func pulseOfEnds() async throws {
        let queue = try await QueueFixture()
        for _ in 0..<2 { try await queue.submit { $0.maxAttempts = 1 } }
        for job in try await queue.claim(limit: 2).reversed() {
            let before = try await queue.jobs.pulse().newestEnd
            _ = try await queue.jobs.fail(job.lease, error: "no", retryIn: nil)
            #expect(try await queue.jobs.pulse().newestEnd != before)
        }
    }
}
