import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Why a queued job does not start", .database, .timeLimit(.minutes(10)))
struct ObstacleTests {
    @Test("No worker that lives serves its queue, or the queue is paused; else nothing")
    func obstacles() async throws {
        let queue = try await QueueFixture()
        let served = try await queue.submit()
        let other = try await queue.submit { $0.queue = "other" }
        let later = try await queue.submit {
            $0.queue = "other"
            $0.start = .after(.seconds(3600))
        }

        #expect(try await queue.jobs.obstacle(of: [served]) == nil)
        #expect(try await queue.jobs.obstacle(of: [other]) == .unserved(queue: "other"))
        #expect(try await queue.jobs.obstacle(of: [later]) == nil)
        #expect(try await queue.jobs.overview().unservedQueues == ["other"])

        let pool = queue.database.pool(size: 1)
        try await QueueStore(pool: pool).pause("default")
        #expect(try await queue.jobs.obstacle(of: [served]) == .paused(queue: "default"))
        try await QueueStore(pool: pool).resume("default")
        try await WorkerStore(pool: pool).stopped(queue.worker)
        #expect(try await queue.jobs.obstacle(of: [served]) == .unserved(queue: "default"))
        #expect(try await queue.jobs.overview().unservedQueues == ["default", "other"])
        try await queue.execute("update coppice.workers set stopped_at = null, seen_at = now() - interval '3 minutes'")
        #expect(try await queue.jobs.obstacle(of: [served]) == .unserved(queue: "default"))
    }
}
