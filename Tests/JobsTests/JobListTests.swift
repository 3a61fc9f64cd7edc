import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Looking at jobs", .database, .timeLimit(.minutes(10)))
struct JobListTests {
    private struct Fixture {
        let jobs: JobStore
        let workers: WorkerStore
        let worker: Worker.ID

        init() async throws {
            let pool = try testDatabase().pool()
            jobs = JobStore(pool: pool)
            workers = WorkerStore(pool: pool)
            worker = try await workers.register(
                Worker.Registration(
                    name: "worker-1",
                    host: "here",
                    processID: 7,
                    version: "1",
                    queues: ["default"],
                    concurrency: 2
                )
            )
        }

        func submit(_ change: (inout NewJob) -> Void = { _ in }) async throws -> Job.ID {
            var job = NewJob(kind: "train", spec: ["trees": 100], experimentID: 0, submittedBy: "tester")
            change(&job)
            return try await jobs.submit([job])[0].id
        }

        func claim(queue: String = "default") async throws -> JobLease {
            try await jobs.claim(for: worker, queues: [queue], limit: 1, lease: .seconds(30))[0].lease
        }

        func states(_ filter: JobStore.Filter) async throws -> [Job.ID] {
            try await jobs.list(filter, limit: 100).map(\.id)
        }
    }

    @Test("Jobs are listed newest first, live and ended alike, and pages follow each other")
    func pages() async throws {
        let fixture = try await Fixture()
        let ids = [try await fixture.submit(), try await fixture.submit(), try await fixture.submit()]
        try await fixture.jobs.finish(fixture.claim()) { _ in }

        #expect(try await fixture.jobs.list(limit: 2).map(\.id) == [ids[2], ids[1]])
        #expect(try await fixture.states(.init(before: ids[1])) == [ids[0]])
    }

    @Test("Each filter leaves the jobs that match it")
    func filters() async throws {
        let fixture = try await Fixture()
        let plain = try await fixture.submit()
        let elsewhere = try await fixture.submit { $0.queue = "night" }
        let other = try await fixture.submit { $0.kind = "predict" }
        let running = try await fixture.claim().job

        #expect(running == plain)
        #expect(try await fixture.states(.init(states: [.running])) == [plain])
        #expect(try await fixture.states(.init(states: [.running, .queued])) == [other, elsewhere, plain])
        #expect(try await fixture.states(.init(queue: "night")) == [elsewhere])
        #expect(try await fixture.states(.init(kind: "predict")) == [other])
        #expect(try await fixture.states(.init(experiment: "Default")).count == 3)
        #expect(try await fixture.states(.init(experiment: "None such")).isEmpty)
    }

    @Test("A summary has what was submitted, and what became of it")
    func summary() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.submit { job in
            job.runName = "first"
            job.priority = 5
            job.uniqueKey = "key"
        }
        let queued = try await fixture.jobs.summary(of: id)
        #expect(queued.state == .queued && queued.priority == 5 && queued.uniqueKey == "key" && queued.ran == nil)
        #expect(try queued.spec.decode([String: Int].self) == ["trees": 100])

        let lease = try await fixture.claim()
        _ = try await fixture.jobs.fail(lease, error: "no data", retryIn: nil)
        let failed = try await fixture.jobs.summary(of: id)
        #expect(failed.state == .failed && failed.error == "no data" && failed.failures == 1)
        #expect(failed.worker == "worker-1" && failed.runName == "first" && failed.experiment == "Default")
        #expect(failed.finishedAt != nil && failed.ran != nil && failed.runID?.count == 32)
    }

    @Test("Every attempt keeps its own outcome, run and log")
    func attempts() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.submit()
        let first = try await fixture.claim()
        let lines = (1...3).map { JobLog.Line(number: $0, loggedAt: .now, level: "info", message: "line \($0)") }
        try await fixture.jobs.append(lines, to: first)
        _ = try await fixture.jobs.fail(first, error: "broken", retryIn: .zero)
        _ = try await fixture.jobs.promoteDueJobs()
        let second = try await fixture.claim()
        try await fixture.jobs.append(Array(lines.prefix(1)), to: second)

        let attempts = try await fixture.jobs.attempts(at: id)
        #expect(attempts.map(\.attempt) == [1, 2])
        #expect(attempts.map(\.outcome) == [.failed, nil])
        #expect(attempts.map(\.error) == ["broken", nil])
        #expect(Set(attempts.map(\.runID)).count == 2)

        #expect(try await fixture.jobs.log(of: id).map(\.attempt) == [1, 1, 1, 2])
        #expect(try await fixture.jobs.log(of: id, attempt: 1).map(\.message) == ["line 1", "line 2", "line 3"])
        let rest = try await fixture.jobs.log(of: id, after: .init(attempt: 1, number: 2))
        #expect(rest.map(\.message) == ["line 3", "line 1"])
    }

    @Test("A job that does not exist is named")
    func missing() async throws {
        let fixture = try await Fixture()
        let missing = Job.ID(rawValue: 404)
        for action in [
            { _ = try await fixture.jobs.summary(of: missing) },
            { _ = try await fixture.jobs.cancel(missing) },
            { _ = try await fixture.jobs.retry(missing) },
        ] as [() async throws -> Void] {
            let error = try await #require(throws: JobError.self) { try await action() }
            #expect(error.code == .notFound)
            #expect(error.description.hasPrefix("job 404: "))
        }
    }

    @Test("Cancelling ends what has not begun, asks what runs, and leaves what has ended")
    func cancel() async throws {
        let fixture = try await Fixture()
        let running = try await fixture.submit()
        let queued = try await fixture.submit()
        let lease = try await fixture.claim()

        #expect(try await fixture.jobs.cancel(queued) == .cancelled)
        #expect(try await fixture.jobs.cancel(running) == .requested)
        #expect(try await fixture.jobs.summary(of: queued).state == .cancelled)
        #expect(try await fixture.jobs.summary(of: running).state == .running)

        try await fixture.jobs.acknowledgeCancel(lease)
        let done = try await fixture.submit()
        try await fixture.jobs.finish(fixture.claim()) { _ in }
        #expect(try await fixture.jobs.cancel(done) == .ended(.succeeded))
    }

    @Test("Retrying queues a failed job under its id, and leaves one that succeeded")
    func retry() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.submit()
        _ = try await fixture.jobs.fail(fixture.claim(), error: "broken", retryIn: nil)

        #expect(try await fixture.jobs.retry(id) == .failed)
        #expect(try await fixture.jobs.summary(of: id).state == .queued)
        try await fixture.jobs.finish(fixture.claim()) { _ in }
        #expect(try await fixture.jobs.retry(id) == .succeeded)
        #expect(try await fixture.jobs.summary(of: id).state == .succeeded)
        #expect(try await fixture.jobs.attempts(at: id).count == 2)
    }

    @Test("Workers are listed with what they run; those that are gone only when asked for")
    func workers() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.submit()
        _ = try await fixture.claim()
        let gone = try await fixture.workers.register(
            Worker.Registration(
                name: "gone",
                host: "there",
                processID: 8,
                version: "1",
                queues: ["a", "b"],
                concurrency: 1
            )
        )
        try await fixture.workers.stopped(gone)

        let alive = try await fixture.workers.list(all: false, limit: 10)
        #expect(alive.map(\.name) == ["worker-1"])
        #expect(alive.map(\.jobs) == [[id]])
        #expect(alive.map(\.state) == [.alive])
        let all = try await fixture.workers.list(all: true, limit: 10)
        #expect(all.map(\.state) == [.alive, .stopped])
        #expect(all.map(\.queues) == [["default"], ["a", "b"]])
    }
}
