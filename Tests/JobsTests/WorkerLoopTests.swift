import Dispatch
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

@Suite("The worker loop", .database, .timeLimit(.minutes(10)))
struct WorkerLoopTests {
    private static let nothing = JobResult.nothing

    @discardableResult
    private func run(
        _ queue: QueueFixture,
        _ configuration: WorkerConfiguration,
        shutdowns: AsyncStream<ShutdownRequest> = AsyncStream { _ in },
        handler: @escaping @Sendable (ClaimedJob, JobContext) async throws -> JobResult
    ) async throws -> Int {
        await queue.loop(configuration, handler: handler).run(shutdowns: shutdowns)
    }

    @Test("Draining runs every job and publishes what each made, in the transaction that ends it")
    func drain() async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<8).map { _ in queue.newJob() }).map(\.id)
        let count = try await run(queue, .restless { $0.concurrency = 3 }) { job, context in
            context.log("working on \(job.id)")
            return JobResult { session in
                try session.execute("insert into coppice.registered_models (name) values (\("model \(job.id)"))")
            }
        }

        #expect(count == 8)
        #expect(try await queue.jobs.status(of: ids).allSatisfy { $0.state == .succeeded })
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 8)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.job_log") == 8)
    }

    @Test("A job that fails once succeeds at its second attempt; a permanent failure ends it")
    func failures() async throws {
        let queue = try await QueueFixture()
        let flaky = try await queue.submit()
        let hopeless = try await queue.submit()
        try await run(queue, .restless()) { job, _ in
            if job.id == hopeless { throw JobFailure.permanent("no such column") }
            if job.failures == 0 { throw JobFailure.transient("a hiccup") }
            return Self.nothing
        }

        let statuses = try await queue.jobs.status(of: [flaky, hopeless])
        #expect(statuses.map(\.state) == [.succeeded, .failed])
        #expect(statuses.map(\.attempt) == [2, 1])
        #expect(statuses[1].error == "no such column")
    }

    @Test("What cannot be published fails the attempt and leaves nothing behind")
    func publishFails() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        try await run(queue, .restless()) { _, _ in
            JobResult { session in
                try session.execute("insert into coppice.registered_models (name) values ('half')")
                throw JobFailure.permanent("the disk is full")
            }
        }

        #expect(try await queue.jobs.status(of: [id])[0].error == "the disk is full")
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 0)
    }

    @Test("A server that stays short of disk space fails the attempt, however long the lease is renewed")
    func serverStaysFull() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let tries = Mutex(0)
        try await run(queue, .restless()) { _, _ in
            JobResult { session in
                tries.withLock { $0 += 1 }
                try session.execute(
                    "do $$ begin raise exception using errcode = '53100', message = 'no space left on device'; end $$"
                )
            }
        }

        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed)
        #expect(status.error?.contains("no space left on device") == true)
        #expect(tries.withLock { $0 } == 6)
    }

    @Test("A connection that breaks while a job is published costs another try, and the job is published once")
    func connectionBreaks() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let tries = Mutex(0)
        try await run(queue, .restless()) { _, _ in
            JobResult { session in
                try session.execute("insert into coppice.registered_models (name) values ('once')")
                let isFirst = tries.withLock { count in
                    count += 1
                    return count == 1
                }
                if isFirst { try session.execute("select pg_terminate_backend(pg_backend_pid())") }
            }
        }

        #expect(try await queue.state(id) == .succeeded)
        #expect(tries.withLock { $0 } == 2)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 1)
    }

    @Test("An attempt that lost the database is a loss: it uses up none of the job's attempts")
    func handlerLosesDatabase() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let attempts = Mutex(0)
        let pool = queue.database.pool(size: 1)
        try await run(queue, .restless()) { _, _ in
            let isFirst = attempts.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst {
                try await pool.withTransaction { session in
                    _ = try session.execute("select pg_terminate_backend(pg_backend_pid())")
                }
            }
            return Self.nothing
        }

        #expect(try await queue.state(id) == .succeeded)
        #expect(try await queue.jobs.attempts(at: id).map(\.outcome) == [.lost, .succeeded])
        let summary = try await queue.jobs.summary(of: id)
        #expect(summary.losses == 1 && summary.failures == 0)
    }

    @Test("A job that always loses the database ends as failed, and says so")
    func handlerAlwaysLosesDatabase() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let pool = queue.database.pool(size: 1)
        try await run(queue, .restless { $0.maxLosses = 3 }) { _, _ in
            try await pool.withTransaction { session in
                _ = try session.execute("select pg_terminate_backend(pg_backend_pid())")
            }
            return Self.nothing
        }

        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed)
        #expect(status.error?.hasPrefix("it was lost 3 times, at last because ") == true)
    }

    @Test("An attempt that runs longer than its timeout is a failure")
    func timeout() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit {
            $0.timeout = .milliseconds(50)
            $0.maxAttempts = 1
        }
        try await run(queue, .restless()) { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Self.nothing
        }
        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed)
        #expect(status.error == "it ran longer than its timeout of 0.05 s")
    }

    @Test("A running job that is cancelled stops at the next heartbeat")
    func cancel() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        try await run(queue, .restless { $0.renewalsPerLease = 600 }) { job, _ in
            _ = try await queue.jobs.cancel(job.id)
            try await Task.sleep(for: .seconds(60))
            return Self.nothing
        }
        #expect(try await queue.state(id) == .cancelled)
    }

    @Test("A worker that hears of a cancellation does not wait for its heartbeat")
    func cancelByNotification() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let settings = WorkerConfiguration.restless {
            $0.lease = .seconds(7200)
            $0.renewalsPerLease = 1
        }
        let wasStopped = Mutex(false)
        let loop = queue.loop(settings) { job, _ in
            // Again and again: the listener may not be there yet. A request may itself be what is stopped.
            while !Task.isCancelled {
                _ = try? await queue.jobs.cancel(job.id)
                try? await Task.sleep(for: .milliseconds(100))
            }
            wasStopped.withLock { $0 = true }
            return Self.nothing
        }
        await loop.run(wakeUps: loop.wakeUps(queue.database.configuration), shutdowns: AsyncStream { _ in })
        #expect(wasStopped.withLock { $0 })
        #expect(try await queue.state(id) == .cancelled)
    }

    @Test(
        "A worker whose lease was taken away stops the job and publishes nothing, also if it has the next attempt itself",
        arguments: [1, 2]
    )
    func lostLease(concurrency: Int) async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let wasStopped = Mutex(false)
        let settings = WorkerConfiguration.restless {
            $0.renewalsPerLease = 600
            $0.concurrency = concurrency
        }
        try await run(queue, settings) { job, _ in
            guard job.lease.attempt == 1 else {
                while !wasStopped.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
                return Self.nothing
            }
            // Another worker's rescue, come early; this one may renew its lease just before it.
            repeat {
                try await queue.execute(
                    """
                    update coppice.jobs set lease_until = now() - interval '1 s'
                    where job_id = \(job.id) and attempt = 1 and state = 'running'
                    """
                )
                _ = try await queue.jobs.rescue(maxLosses: 5)
            } while try await queue.value(
                Bool.self,
                "select outcome is null from coppice.attempts where job_id = \(job.id) and attempt = 1"
            )
            do {
                try await Task.sleep(for: .seconds(300))
            } catch {
                wasStopped.withLock { $0 = true }
                throw error
            }
            return Self.nothing
        }

        #expect(wasStopped.withLock { $0 })
        let outcomes = try await queue.value(
            String.self,
            "select string_agg(outcome::text, ' ' order by attempt) from coppice.attempts where job_id = \(id)"
        )
        #expect(outcomes == "lost succeeded")
    }

    @Test("A graceful stop lets the running job finish and claims nothing more")
    func gracefulStop() async throws {
        let queue = try await QueueFixture()
        let ids = [try await queue.submit(), try await queue.submit()]
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let wasHeard = Mutex(false)
        let logger = Logger(label: "test") { _ in
            MessageListener { message in
                if message.hasPrefix("stopping") { wasHeard.withLock { $0 = true } }
            }
        }
        let count = await queue.loop(.restless { $0.drain = false }, logger: logger) { _, _ in
            signal.yield(.graceful)
            // Before that, the end of the job would claim the next one.
            while !wasHeard.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            return Self.nothing
        }.run(shutdowns: shutdowns)
        #expect(count == 1)
        #expect(try await queue.jobs.status(of: ids).map(\.state) == [.succeeded, .queued])
    }

    @Test(
        "A job that outlasts the grace period, or a second signal, is handed back without counting a failure",
        arguments: [true, false]
    )
    func handBack(waitsForGrace: Bool) async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.maxAttempts = 1 }
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let settings = WorkerConfiguration.restless {
            $0.drain = false
            $0.grace = waitsForGrace ? .milliseconds(50) : .seconds(60)
        }
        try await run(queue, settings, shutdowns: shutdowns) { _, _ in
            signal.yield(.graceful)
            if !waitsForGrace { signal.yield(.immediate) }
            try await Task.sleep(for: .seconds(60))
            return Self.nothing
        }

        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .queued && status.attempt == 1)
        #expect(try await queue.value(Int.self, "select failures::bigint from coppice.jobs") == 0)
        #expect(try await queue.value(String.self, "select outcome::text from coppice.attempts") == "released")
    }

    @Test("A worker that was woken in vain looks once more soon")
    func trailingPoll() async throws {
        let queue = try await QueueFixture()
        let (wakeUps, wake) = AsyncStream.makeStream(of: WorkerLoop.WakeUp.self)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let settings = WorkerConfiguration.restless {
            $0.drain = false
            $0.pollInterval = .seconds(3600)
            $0.upkeepInterval = .seconds(3600)
            $0.trailingPollInterval = .seconds(3)
        }
        let release = DispatchSemaphore(value: 0)
        async let ran = queue.loop(settings) { _, _ in
            signal.yield(.graceful)
            return Self.nothing
        }.run(wakeUps: wakeUps, shutdowns: shutdowns)
        async let blocked: Void = queue.database.connect().withTransaction { session in
            try session.execute("lock table coppice.jobs in access exclusive mode")
            release.wait()
        }
        try await queue.waitUntilJobsAreLocked()
        wake.yield(.jobs)
        try await queue.wait(
            for: """
                select exists (
                    select from pg_stat_activity
                    where datname = current_database() and query like '%claim_jobs%' and wait_event_type = 'Lock'
                )
                """
        )
        // The look that the wake-up caused finds nothing; the job comes after it, and nobody tells.
        release.signal()
        try await blocked
        let job = queue.newJob()
        try await queue.database.connect().withTransaction { session in _ = try JobStore.submit([job], in: session) }
        #expect(await ran == 1)
    }

    @Test("Progress that a handler reports is stored with the next heartbeat")
    func progress() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        try await run(queue, .restless { $0.renewalsPerLease = 1_200 }) { job, context in
            context.report(progress: 0.5)
            while try await queue.jobs.status(of: [job.id])[0].progress != 0.5 { await Task.yield() }
            return Self.nothing
        }
        #expect(try await queue.state(id) == .succeeded)
    }

    @Test("A step of upkeep that fails keeps no other from its work, and is logged once while it lasts")
    func brokenUpkeep() async throws {
        let queue = try await QueueFixture()
        try await queue.submit { $0.start = .after(.milliseconds(50)) }
        try await queue.execute("alter function coppice.rescue_jobs rename to gone")
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let said = Mutex(0)
        var logger = Logger(label: "test") { _ in
            MessageListener { message in
                if message.contains("rescue") { said.withLock { $0 += 1 } }
            }
        }
        // What the end of the worker cuts off is worth no more than a debug message.
        logger.logLevel = .info
        // The job is promoted by the step after the one that fails, each of several times.
        let count = await queue.loop(.restless { $0.drain = false }, logger: logger) { _, _ in
            signal.yield(.graceful)
            return Self.nothing
        }.run(shutdowns: shutdowns)
        #expect(count == 1)
        #expect(said.withLock { $0 } == 1)
    }

    @Test("A kind that this worker does not know is a permanent failure that says so")
    func unknownKind() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit { $0.kind = "cook" }
        try await run(queue, .restless()) { _, _ in Self.nothing }
        let status = try await queue.jobs.status(of: [id])[0]
        #expect(status.state == .failed && status.error?.contains("kind cook") == true)
    }
}
