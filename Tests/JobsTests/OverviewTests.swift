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

    @Test("What ended is counted by the hour, and failures are named")
    func ended() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "no such column", retryIn: nil)
        let overview = try await queue.jobs.overview()
        #expect(overview.hours.count == 24)
        #expect(overview.hours.last?.failed == 1)
        #expect(overview.failedToday == 1)
        #expect(overview.latestFailures.map(\.job) == [id])
        #expect(overview.latestFailures.first?.error == "no such column")
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
}
