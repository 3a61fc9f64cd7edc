import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Submitting jobs", .database, .timeLimit(.minutes(10)))
struct SubmitTests {
    @Test("Submitting the same token again finds the job of the first time")
    func idempotence() async throws {
        let queue = try await QueueFixture()
        let job = queue.newJob()

        let first = try await queue.jobs.submit([job])
        let second = try await queue.jobs.submit([job])

        #expect(first[0].isNew && !second[0].isNew)
        #expect(first[0].id == second[0].id)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 1)
    }

    @Test(
        "Many jobs get their ids in the order given, those known before and those named twice theirs",
        arguments: [false, true]
    )
    func manyAtOnce(withUniqueKeys: Bool) async throws {
        let queue = try await QueueFixture()
        var jobs = (0..<300).map { number in
            queue.newJob { job in
                job.spec = ["number": number]
                if withUniqueKeys { job.uniqueKey = "key \(number)" }
            }
        }
        let known = try await queue.jobs.submit(Array(jobs[100..<110])).map(\.id)
        jobs.append(jobs[5])

        let submitted = try await queue.jobs.submit(jobs)

        #expect(submitted[100..<110].map(\.id) == known)
        #expect(submitted.filter { !$0.isNew }.count == 11)
        #expect(submitted[300].id == submitted[5].id && submitted[5].isNew && !submitted[300].isNew)
        let new = (submitted[..<100] + submitted[110..<300]).map(\.id.rawValue)
        #expect(new == new.sorted())
        for place in [0, 105, 299] {
            let spec: [String: Int] = try await queue.jobs.spec(of: submitted[place].id, kind: "train")
            #expect(spec == ["number": place])
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 300)
        #expect(try await queue.claim(limit: 20).map(\.id) == known + submitted[..<10].map(\.id))
    }

    @Test("Two clients that race with the same token get one job")
    func racingTokens() async throws {
        let queue = try await QueueFixture()
        let other = try await queue.anotherWorker()
        let jobs = (0..<20).map { _ in queue.newJob() }

        func submitAll(_ store: JobStore) async throws -> [Job.ID] {
            var ids: [Job.ID] = []
            for job in jobs {
                // The loser of a race fails whole, and asks again.
                do {
                    ids += try await store.submit([job]).map(\.id)
                } catch let error as PostgresError where error.sqlState == .uniqueViolation {
                    ids += try await store.submit([job]).map(\.id)
                }
            }
            return ids
        }
        async let first = submitAll(queue.jobs)
        async let second = submitAll(other.jobs)

        #expect(try await first == second)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 20)
    }

    @Test("A unique key holds one live job, and is free again when that ends")
    func uniqueKey() async throws {
        let queue = try await QueueFixture()
        let first = try await queue.submit { $0.uniqueKey = "nightly" }
        let second = try await queue.submit { $0.uniqueKey = "nightly" }
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        let third = try await queue.submit { $0.uniqueKey = "nightly" }

        #expect(second == first)
        #expect(third != first)
    }

    @Test("A job waits until all the jobs it needs have succeeded")
    func dependencies() async throws {
        let queue = try await QueueFixture()
        let needed = [try await queue.submit(), try await queue.submit()]
        let waiting = try await queue.submit { $0.needs = needed }
        let claimed = try await queue.claim(limit: 5)

        #expect(claimed.map(\.id) == needed)
        try await queue.jobs.finish(claimed[0].lease) { _ in }
        #expect(try await queue.state(waiting) == .waiting)
        try await queue.jobs.finish(claimed[1].lease) { _ in }
        #expect(try await queue.state(waiting) == .queued)
    }

    @Test("What waits for a job that fails or is cancelled ends with it", arguments: [true, false])
    func failedDependency(fails: Bool) async throws {
        let queue = try await QueueFixture()
        let needed = try await queue.submit { $0.maxAttempts = 1 }
        let waiting = try await queue.submit { $0.needs = [needed] }
        let last = try await queue.submit { $0.needs = [waiting] }

        if fails {
            _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad data", retryIn: nil)
        } else {
            _ = try await queue.jobs.cancel(needed)
        }

        #expect(try await queue.jobs.status(of: [waiting, last]).map(\.state) == [.cancelled, .cancelled])
        let reason = try await queue.jobs.status(of: [waiting])[0].error
        #expect(reason?.contains("job \(needed)") == true)
    }

    @Test("A job that needs one that failed, or that is not there, is not queued")
    func impossibleDependency() async throws {
        let queue = try await QueueFixture()
        let failed = try await queue.submit { $0.maxAttempts = 1 }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad data", retryIn: nil)

        for missing in [failed, Job.ID(rawValue: 999)] {
            await #expect { try await queue.submit { $0.needs = [missing] } } throws: {
                ($0 as? JobError)?.code == .dependencyFailed
            }
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("All jobs of a call are queued, or none")
    func atomicity() async throws {
        let queue = try await QueueFixture()
        await #expect(throws: JobError.self) {
            try await queue.jobs.submit([queue.newJob(), queue.newJob { $0.needs = [Job.ID(rawValue: 999)] }])
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("A job for later is scheduled, and queued when its time has come")
    func later() async throws {
        let queue = try await QueueFixture()
        let delayed = try await queue.submit { $0.start = .after(.seconds(3600)) }
        let dated = try await queue.submit { $0.start = .at(Date(timeIntervalSinceNow: 3600)) }
        let past = try await queue.submit { $0.start = .at(Date(timeIntervalSinceNow: -3600)) }

        #expect(
            try await queue.jobs.status(of: [delayed, dated, past]).map(\.state) == [.scheduled, .scheduled, .queued]
        )
        #expect(try await queue.jobs.promoteDueJobs().isEmpty)
        try await queue.execute("update coppice.jobs set scheduled_at = now() where job_id = \(delayed)")
        #expect(try await queue.jobs.promoteDueJobs() == ["default"])
        #expect(try await queue.jobs.status(of: [delayed, dated]).map(\.state) == [.queued, .scheduled])
    }
}
