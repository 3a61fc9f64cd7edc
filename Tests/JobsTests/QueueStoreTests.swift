import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Queues", .database, .timeLimit(.minutes(10)))
struct QueueStoreTests {
    private let pool: PostgresPool
    private let queues: QueueStore
    private let jobs: JobStore

    init() throws {
        pool = try testDatabase().pool()
        queues = QueueStore(pool: pool)
        jobs = JobStore(pool: pool)
    }

    private func submit(queue: String, start: NewJob.Start = .now) async throws {
        var job = NewJob(kind: "train", spec: [1], experimentID: 0, submittedBy: "tester")
        job.queue = queue
        job.start = start
        _ = try await jobs.submit([job])
    }

    private func register() async throws -> Worker.ID {
        try await WorkerStore(pool: pool).register(
            Worker.Registration(name: "w", host: "h", processID: 1, version: "1", queues: ["night"], concurrency: 1)
        )
    }

    @Test("Each queue says how many jobs are in which state")
    func counts() async throws {
        try await submit(queue: "night")
        try await submit(queue: "night")
        try await submit(queue: "night", start: .after(.seconds(3600)))
        _ = try await jobs.claim(for: register(), queues: ["night"], limit: 1, lease: .seconds(30))

        let list = try await queues.list(limit: 10)
        #expect(list.map(\.name) == ["default", "night"])
        let night = try #require(list.last)
        #expect([night.running, night.queued, night.scheduled, night.waiting] == [1, 1, 1, 0])
        #expect(night.oldestQueuedAt != nil && night.pausedAt == nil)
    }

    @Test("Nobody claims from a paused queue until it is resumed")
    func pause() async throws {
        try await submit(queue: "night")
        let worker = try await register()

        try await queues.pause("night")
        #expect(try await queues.list(limit: 10).last?.pausedAt != nil)
        #expect(try await jobs.claim(for: worker, queues: ["night"], limit: 1, lease: .seconds(30)).isEmpty)

        try await queues.resume("night")
        #expect(try await queues.list(limit: 10).last?.pausedAt == nil)
        #expect(try await jobs.claim(for: worker, queues: ["night"], limit: 1, lease: .seconds(30)).count == 1)
    }

    @Test("A queue that does not exist is named")
    func missing() async throws {
        let error = try await #require(throws: JobError.self) { try await queues.pause("nihgt") }
        #expect(error.code == .notFound && error.description.contains("'nihgt'"))
    }
}
