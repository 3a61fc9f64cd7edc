import Foundation
import Postgres
import TestSupport

@testable import Jobs

/// A queue with its workers: each worker has connections of its own, or races would only take turns.
struct QueueFixture {
    let database: TestDatabase
    let jobs: JobStore
    let worker: Worker.ID

    init() async throws {
        database = try testDatabase()
        jobs = JobStore(pool: database.pool())
        worker = try await Self.register("worker-1", in: database)
    }

    /// Another worker, on a pool of its own.
    func anotherWorker(_ name: String = "worker-2") async throws -> (jobs: JobStore, worker: Worker.ID) {
        (JobStore(pool: database.pool()), try await Self.register(name, in: database))
    }

    private static func register(_ name: String, in database: TestDatabase) async throws -> Worker.ID {
        try await WorkerStore(pool: database.pool(size: 1)).register(
            Worker.Registration(
                name: name,
                host: "here",
                processID: 1,
                version: "1",
                queues: ["default"],
                concurrency: 1
            )
        )
    }

    func newJob(_ change: (inout NewJob) -> Void = { _ in }) -> NewJob {
        var job = NewJob(kind: "train", spec: ["trees": 100], experimentID: 0, submittedBy: "tester")
        change(&job)
        return job
    }

    @discardableResult
    func submit(_ change: (inout NewJob) -> Void = { _ in }) async throws -> Job.ID {
        try await jobs.submit([newJob(change)])[0].id
    }

    func claim(
        limit: Int = 1,
        queues: [String] = ["default"],
        lease: Duration = .seconds(30)
    ) async throws -> [ClaimedJob] {
        try await jobs.claim(for: worker, queues: queues, limit: limit, lease: lease)
    }

    func state(_ id: Job.ID) async throws -> JobState {
        try await jobs.status(of: [id])[0].state
    }

    /// One value of one row.
    func value<Value: SQLDecodable & Sendable>(_ type: Value.Type = Value.self, _ sql: SQL) async throws -> Value {
        try await jobs.pool.withSession { session in
            try session.execute(sql)[0].decode(Value.self, 0)
        }
    }

    /// Waits until the query gives true.
    func wait(for sql: SQL) async throws {
        while try await !value(Bool.self, sql) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Waits until somebody holds the table of jobs for itself.
    func waitUntilJobsAreLocked() async throws {
        try await wait(
            for: """
                select exists (
                    select from pg_locks
                    where relation = 'coppice.jobs'::regclass and mode = 'AccessExclusiveLock' and granted
                        and database = (select oid from pg_database where datname = current_database())
                )
                """
        )
    }

    func execute(_ sql: SQL) async throws {
        try await jobs.pool.withSession { session in _ = try session.execute(sql) }
    }

    /// Listens, so that `worker` counts as hearing what is said to it alone, until the iterator is gone.
    func hear(for worker: Worker.ID, on channels: [String] = []) async -> NotificationListener.Iterator {
        var events = NotificationListener(
            database.configuration,
            channels: channels,
            presenceLock: JobStore.hearingLock(of: worker)
        ).makeAsyncIterator()
        while let event = await events.next(isolation: nil) {
            if case .listening = event { break }
        }
        return events
    }
}
