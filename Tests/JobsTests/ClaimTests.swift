import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Claiming jobs", .database, .timeLimit(.minutes(10)))
struct ClaimTests {
    @Test("Workers that claim at the same time never get the same job")
    func claimIsExclusive() async throws {
        let queue = try await QueueFixture()
        let ids = try await queue.jobs.submit((0..<60).map { _ in queue.newJob() }).map(\.id)
        let claimed = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
            for number in 0..<4 {
                let (store, worker) = try await queue.anotherWorker("racer-\(number)")
                group.addTask {
                    var mine: [Job.ID] = []
                    while true {
                        let batch = try await store.claim(
                            for: worker,
                            queues: ["default"],
                            limit: 3,
                            lease: .seconds(30)
                        )
                        if batch.isEmpty { return mine }
                        mine += batch.map(\.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == ids.count)
        #expect(Set(claimed) == Set(ids))
    }

    @Test("The higher priority goes first, then the older job; other queues are left alone")
    func order() async throws {
        let queue = try await QueueFixture()
        let old = try await queue.submit()
        let urgent = try await queue.submit { $0.priority = 5 }
        let new = try await queue.submit()
        let elsewhere = try await queue.submit {
            $0.queue = "night"
            $0.priority = 9
        }

        #expect(try await queue.claim(limit: 10).map(\.id) == [urgent, old, new])
        #expect(try await queue.claim(limit: 10, queues: ["default", "night"]).map(\.id) == [elsewhere])
    }

    @Test("Nothing is claimed from a paused queue")
    func pausedQueue() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        try await queue.execute("update coppice.queues set paused_at = now() where queue = 'default'")
        #expect(try await queue.claim().isEmpty)
        try await queue.execute("update coppice.queues set paused_at = null where queue = 'default'")
        #expect(try await queue.claim().map(\.id) == [id])
    }

    @Test("Each attempt begins with an attempt row and a RUNNING run that has the job's params and tags")
    func run() async throws {
        let queue = try await QueueFixture()
        try await queue.submit {
            $0.runName = "baseline"
            $0.params = ["n_estimators": "100"]
            $0.tags = ["team": "forest"]
        }
        let job = try await queue.claim()[0]

        #expect(job.lease.attempt == 1)
        let row = try await queue.value(
            String.self,
            """
            select concat_ws(' ', run_id, run_name, status, params, tags->>'team', tags->>'mlflow.runName', worker, attempt)
            from coppice.run_history where job_id = \(job.id)
            """
        )
        #expect(row == "\(job.runID) baseline RUNNING {\"n_estimators\": \"100\"} forest baseline worker-1 1")
    }
}
