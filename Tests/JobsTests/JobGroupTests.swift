import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Jobs done in parts", .database, .timeLimit(.minutes(10)))
struct JobGroupTests {
    private static func submit(
        _ count: Int,
        to queue: QueueFixture,
        whole change: (inout NewJob) -> Void = { _ in },
        part changePart: (inout NewJob) -> Void = { _ in }
    ) async throws -> (parts: [Job.ID], whole: Job.ID) {
        let group = newGroup(count, in: queue, whole: change, part: changePart)
        let ids = try await queue.jobs.submit(group).map(\.id)
        return (Array(ids.dropLast()), try #require(ids.last))
    }

    private static func newGroup(
        _ count: Int,
        in queue: QueueFixture,
        whole change: (inout NewJob) -> Void = { _ in },
        part changePart: (inout NewJob) -> Void = { _ in }
    ) -> NewJobGroup {
        let whole = queue.newJob {
            $0.kind = "sweep"
            $0.params = ["max_depth": "1,2"]
            $0.tags = ["team": "blue"]
            change(&$0)
        }
        return NewJobGroup(whole: whole, parts: (0..<count).map { _ in queue.newJob(changePart) })
    }

    @Test("The whole has its run at once, and the runs of its parts are that run's children")
    func runs() async throws {
        let queue = try await QueueFixture()
        let (_, whole) = try await Self.submit(2, to: queue)
        _ = try await queue.claim(limit: 5)

        let runs = try await queue.value(
            String.self,
            """
            select string_agg(concat_ws(' ', run_name, status, attempt, params, parent_run_id is not null,
                parent_run_id = tags->>'mlflow.parentRunId', tags->>'team'), '; ' order by run_name desc)
            from coppice.run_history
            """
        )
        #expect(
            runs == "train-2 RUNNING 1 {} t t; train-1 RUNNING 1 {} t t; "
                + "sweep-\(whole) RUNNING 0 {\"max_depth\": \"1,2\"} f blue"
        )
        #expect(try await queue.jobs.status(of: [whole])[0].runID != nil)
    }

    @Test("The whole can be claimed when each part has ended, whatever the outcome, and goes on with its run")
    func waitsForAllEnds() async throws {
        let queue = try await QueueFixture()
        let (parts, whole) = try await Self.submit(3, to: queue)
        let run = try await queue.jobs.status(of: [whole])[0].runID
        let claimed = try await queue.claim(limit: 5)
        #expect(claimed.map(\.id) == parts)
        try await queue.jobs.finish(claimed[0].lease) { _ in }
        _ = try await queue.jobs.fail(claimed[1].lease, error: "bad data", retryIn: nil)
        #expect(try await queue.state(whole) == .waiting)
        _ = try await queue.jobs.cancel(parts[2])
        try await queue.jobs.acknowledgeCancel(claimed[2].lease)

        let last = try #require(try await queue.claim(limit: 5).first)
        #expect(last.id == whole && last.runID == run)
        #expect(try await queue.jobs.parts(of: whole).map(\.state) == [.succeeded, .failed, .cancelled])
        #expect(try await queue.jobs.whole(of: parts[1]) == whole)
        try await queue.jobs.finish(last.lease) { _ in }
        #expect(
            try await queue.value(String.self, "select status::text from coppice.runs where job_id = \(whole)")
                == "FINISHED"
        )
    }

    @Test("However its parts end at the same time, the whole becomes claimable once")
    func racingEnds() async throws {
        let queue = try await QueueFixture()
        let (parts, whole) = try await Self.submit(24, to: queue)
        let leases = try await queue.claim(limit: 24).map(\.lease)
        let other = try await queue.anotherWorker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, lease) in leases.enumerated() {
                let store = index.isMultiple(of: 2) ? queue.jobs : other.jobs
                group.addTask {
                    if index % 3 == 0 {
                        _ = try await store.fail(lease, error: "bad data", retryIn: nil)
                    } else {
                        try await store.finish(lease) { _ in }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await queue.jobs.status(of: parts).allSatisfy { $0.state.isFinal })
        #expect(try await queue.claim(limit: 5).map(\.id) == [whole])
    }

    @Test("Workers that claim and finish parts while groups are inserted leave no whole behind")
    func racingSubmit() async throws {
        let queue = try await QueueFixture()
        let other = try await queue.anotherWorker()
        let groups = 10
        let wholes = try await withThrowingTaskGroup(of: [Job.ID].self) { tasks in
            tasks.addTask {
                var wholes: [Job.ID] = []
                for _ in 0..<groups { wholes.append(try await Self.submit(3, to: queue).whole) }
                return wholes
            }
            tasks.addTask {
                var ended = 0
                while ended < groups * 4 {
                    let claimed = try await other.jobs.claim(
                        for: other.worker,
                        queues: ["default"],
                        limit: 2,
                        lease: .seconds(30)
                    )
                    for job in claimed { try await other.jobs.finish(job.lease) { _ in } }
                    ended += claimed.count
                }
                return []
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        #expect(try await queue.jobs.status(of: wholes).allSatisfy { $0.state == .succeeded })
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("Cancelling the whole cancels its parts, also those that run, and its run")
    func cancelWhole() async throws {
        let queue = try await QueueFixture()
        let (parts, whole) = try await Self.submit(3, to: queue)
        let running = try await queue.claim(limit: 1)[0]

        #expect(try await queue.jobs.cancel(whole) == .cancelled)
        #expect(
            try await queue.jobs.status(of: parts + [whole]).map(\.state) == [
                .running, .cancelled, .cancelled, .cancelled,
            ]
        )
        await #expect { try await queue.jobs.finish(running.lease) { _ in } } throws: {
            ($0 as? JobError)?.code == .cancelRequested
        }
        try await queue.jobs.acknowledgeCancel(running.lease)
        #expect(try await queue.claim(limit: 5).isEmpty)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs where status <> 'KILLED'") == 0)
    }

    @Test("Cancelling the whole while its parts finish ends everything, one way or the other")
    func racingCancel() async throws {
        let queue = try await QueueFixture()
        let other = try await queue.anotherWorker()
        for _ in 0..<10 {
            let (parts, whole) = try await Self.submit(6, to: queue)
            let leases = try await queue.claim(limit: 6).map(\.lease)
            async let cancellation = other.jobs.cancel(whole)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lease in leases {
                    group.addTask {
                        do {
                            try await queue.jobs.finish(lease) { _ in }
                        } catch let error as JobError where error.code == .cancelRequested {
                            try await queue.jobs.acknowledgeCancel(lease)
                        }
                    }
                }
                try await group.waitForAll()
            }
            // All may have ended before: then the whole was queued.
            #expect(try await cancellation == .cancelled)
            #expect(try await queue.jobs.status(of: parts + [whole]).allSatisfy { $0.state.isFinal })
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs where status = 'RUNNING'") == 0)
    }

    @Test("Submitting a group again, by its token or its unique key, finds the group of the first time")
    func idempotence() async throws {
        let queue = try await QueueFixture()
        let group = Self.newGroup(2, in: queue, whole: { $0.uniqueKey = "nightly" })
        let first = try await queue.jobs.submit(group)
        let again = try await queue.jobs.submit(group)
        let another = try await queue.jobs.submit(Self.newGroup(4, in: queue, whole: { $0.uniqueKey = "nightly" }))

        #expect(first.allSatisfy(\.isNew) && first.count == 3)
        #expect(again.map(\.id) == first.map(\.id) && another.map(\.id) == first.map(\.id))
        #expect((again + another).allSatisfy { !$0.isNew })
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 3)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs") == 1)
    }

    @Test("Two clients that race for a unique key get one group")
    func racingKeys() async throws {
        let queue = try await QueueFixture()
        let other = try await queue.anotherWorker()
        for round in 0..<10 {
            async let first = Self.submit(3, to: queue, whole: { $0.uniqueKey = "key-\(round)" })
            async let second = other.jobs.submit(
                Self.newGroup(3, in: queue, whole: { $0.uniqueKey = "key-\(round)" })
            )
            #expect(try await second.map(\.id) == first.parts + [first.whole])
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 40)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs") == 10)
    }

    @Test("All of a group is queued, or nothing")
    func atomicity() async throws {
        let queue = try await QueueFixture()
        await #expect(throws: JobError.self) {
            try await Self.submit(2, to: queue, part: { $0.needs = [Job.ID(rawValue: 999)] })
        }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs") == 0)
    }

    @Test("When what the parts wait for fails, they end and the whole sums up")
    func failedNeed() async throws {
        let queue = try await QueueFixture()
        let needed = try await queue.submit { $0.maxAttempts = 1 }
        let (parts, whole) = try await Self.submit(3, to: queue, part: { $0.needs = [needed] })
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad data", retryIn: nil)

        #expect(try await queue.jobs.status(of: parts).allSatisfy { $0.state == .cancelled })
        #expect(try await queue.state(whole) == .queued)
    }

    @Test("A whole that loses its worker goes on in the same run with the next one")
    func lostWorker() async throws {
        let queue = try await QueueFixture()
        let (_, whole) = try await Self.submit(1, to: queue)
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        let lost = try await queue.claim(lease: .zero)[0]
        #expect(try await queue.jobs.rescue(maxLosses: 5) == 1)
        let next = try await queue.claim()[0]

        #expect(lost.id == whole && next.id == whole && next.runID == lost.runID)
        #expect(next.lease.attempt == 2)
        try await queue.jobs.finish(next.lease) { _ in }
        #expect(
            try await queue.value(
                String.self,
                "select concat_ws(' ', status, attempt, ended_at is not null) from coppice.runs where job_id = \(whole)"
            ) == "FINISHED 2 t"
        )
    }

    @Test("Retrying a part while the whole waits makes it wait for one more")
    func retryPart() async throws {
        let queue = try await QueueFixture()
        let (parts, whole) = try await Self.submit(2, to: queue)
        let claimed = try await queue.claim(limit: 2)
        _ = try await queue.jobs.fail(claimed[0].lease, error: "bad data", retryIn: nil)
        #expect(try await queue.jobs.retry(parts[0]) == .failed)
        try await queue.jobs.finish(claimed[1].lease) { _ in }
        #expect(try await queue.state(whole) == .waiting)
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        #expect(try await queue.state(whole) == .queued)
    }

    @Test("Retrying a cancelled whole retries the parts that did not succeed, and it waits for them")
    func retryWhole() async throws {
        let queue = try await QueueFixture()
        let (parts, whole) = try await Self.submit(3, to: queue)
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        #expect(try await queue.jobs.cancel(whole) == .cancelled)
        #expect(try await queue.jobs.retry(whole) == .cancelled)

        #expect(
            try await queue.jobs.status(of: parts + [whole]).map(\.state) == [.succeeded, .queued, .queued, .waiting]
        )
        for job in try await queue.claim(limit: 5) { try await queue.jobs.finish(job.lease) { _ in } }
        #expect(try await queue.claim(limit: 5).map(\.id) == [whole])
    }
}
