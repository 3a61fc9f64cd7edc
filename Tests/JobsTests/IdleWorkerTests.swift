import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// Offers as the worker's loop makes them.
@Suite("Idle workers", .database, .timeLimit(.minutes(10)))
struct IdleWorkerTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    @Test("An idle worker starts a job that it is told of, and does not look for it")
    func idleWorker() async throws {
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let loop = queue.loop(idle()) { _, _ in
            signal.yield(.graceful)
            return .nothing
        }
        async let ran = loop.run(wakeUps: loop.wakeUps(queue.database.configuration), shutdowns: shutdowns)
        try await queue.wait(for: "select exists (select from coppice.worker_offers where is_open)")
        let id = try await queue.submit()
        #expect(await ran == 1)
        #expect(try await queue.state(id) == .succeeded)
        #expect(try await queue.value(Int64.self, "select job_id from coppice.worker_offers") == id.rawValue)
        // It has stopped, and offers nothing.
        #expect(try await queue.value(Bool.self, "select is_open from coppice.worker_offers") == false)
    }

    @Test("Each of many jobs runs once, and never more than there is room for")
    func manyJobs() async throws {
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let seen = Mutex(Seen())
        let count = 150
        let settings = idle { $0.concurrency = 2 }
        let loop = queue.loop(settings) { job, _ in
            seen.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
                $0.ids.append(job.id)
            }
            if job.id.rawValue.isMultiple(of: 3) { try await Task.sleep(for: .milliseconds(3)) }
            let isLast = seen.withLock {
                $0.running -= 1
                return $0.ids.count == count
            }
            if isLast { signal.yield(.graceful) }
            return .nothing
        }
        async let ran = loop.run(wakeUps: loop.wakeUps(queue.database.configuration), shutdowns: shutdowns)
        for round in 0..<count {
            if round.isMultiple(of: 5) {
                try await queue.wait(for: "select exists (select from coppice.worker_offers where is_open)")
            }
            try await queue.submit()
        }
        #expect(await ran == count)
        let (most, ids) = seen.withLock { ($0.most, $0.ids) }
        #expect(Set(ids).count == count && ids.count == count && most <= 2)
        let given: SQL = """
            select count(*)
            from coppice.attempts a join coppice.job_history j using (job_id)
            where a.started_at = j.submitted_at
            """
        #expect(try await queue.value(Int64.self, given) >= 30)
        #expect(try await queue.value(Int64.self, "select count(*) from coppice.attempts") == Int64(count))
    }

    @Test("A job whose notification was lost is found by the next look")
    func lostNotification() async throws {
        let held = await queue.hear(for: queue.worker)
        let (wakeUps, wake) = AsyncStream.makeStream(of: WorkerLoop.WakeUp.self)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let loop = queue.loop(
            idle { ($0.pollInterval, $0.trailingPollInterval) = (.milliseconds(50), .milliseconds(50)) }
        ) { _, _ in
            signal.yield(.graceful)
            return .nothing
        }
        async let ran = loop.run(wakeUps: wakeUps, shutdowns: shutdowns)
        wake.yield(.heard)
        try await queue.wait(for: "select exists (select from coppice.worker_offers where is_open)")
        let id = try await queue.submit()
        #expect(await ran == 1)
        #expect(try await queue.state(id) == .succeeded)
        #expect(try await queue.value(Int64.self, "select count(*) from coppice.attempts") == 1)
        _ = held
    }

    @Test(
        "A worker that stops hands back what it was given and did not know of",
        arguments: [ShutdownRequest.graceful, .immediate]
    )
    func stop(_ request: ShutdownRequest) async throws {
        let held = await queue.hear(for: queue.worker)
        let (wakeUps, wake) = AsyncStream.makeStream(of: WorkerLoop.WakeUp.self)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let loop = queue.loop(idle()) { _, _ in .nothing }
        async let ran = loop.run(wakeUps: wakeUps, shutdowns: shutdowns)
        wake.yield(.heard)
        try await queue.wait(for: "select exists (select from coppice.worker_offers where is_open)")
        let id = try await queue.submit()
        #expect(try await queue.state(id) == .running)
        signal.yield(request)
        #expect(await ran == 1)
        #expect(try await queue.state(id) == .queued)
        #expect(try await queue.value(String.self, "select outcome::text from coppice.attempts") == "released")
        _ = held
    }

    @Test("Who stops by itself, or does not hear, makes no offer", arguments: ["drain", "maxJobs", "deaf"])
    func noOffer(_ why: String) async throws {
        try await queue.submit()
        let (wakeUps, wake) = AsyncStream.makeStream(of: WorkerLoop.WakeUp.self)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let settings = idle {
            $0.drain = why == "drain"
            $0.maxJobs = why == "maxJobs" ? 2 : nil
            ($0.pollInterval, $0.trailingPollInterval) = (.milliseconds(10), .milliseconds(10))
        }
        if why != "deaf" { wake.yield(.heard) }
        async let ran = queue.loop(settings) { _, _ in .nothing }.run(wakeUps: wakeUps, shutdowns: shutdowns)
        try await queue.wait(for: "select not exists (select from coppice.jobs)")
        if why == "maxJobs" { try await queue.submit() }
        if why == "deaf" {
            // It has looked in vain.
            try await Task.sleep(for: .milliseconds(100))
            signal.yield(.graceful)
        }
        #expect(await ran == (why == "maxJobs" ? 2 : 1))
        #expect(try await queue.value(Int64.self, "select count(*) from coppice.worker_offers") == 0)
    }

    private struct Seen {
        var running = 0
        var most = 0
        var ids: [Job.ID] = []
    }

    /// Of a worker that would not find a job in the time of a test.
    private func idle(_ change: (inout WorkerConfiguration) -> Void = { _ in }) -> WorkerConfiguration {
        .restless {
            $0.drain = false
            $0.pollInterval = .seconds(3600)
            $0.trailingPollInterval = .seconds(3600)
            change(&$0)
        }
    }
}
