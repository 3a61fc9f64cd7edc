import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("What waits for a job that did not succeed", .database, .timeLimit(.minutes(10)))
struct DependentsTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    private func ended() async throws -> String {
        try await queue.value(
            String.self,
            """
            select string_agg(state || ' ' || count, ', ' order by state)
            from (select state::text, count(*) from coppice.finished_jobs group by 1) by_state
            """
        )
    }

    @Test("A chain ends with its first job, however long it is, and keeps nobody else from being rescued")
    func chain() async throws {
        let first = try await queue.submit()
        let other = try await queue.submit()
        #expect(try await queue.claim(limit: 2, lease: .zero).count == 2)
        try await queue.execute("update coppice.jobs set losses = 4 where job_id = \(first.rawValue)")
        var last = first
        for _ in 0..<1500 {
            let needed = last
            last = try await queue.submit { $0.needs = [needed] }
        }

        #expect(try await queue.jobs.rescue(maxLosses: 5) == 2)
        #expect(try await ended() == "cancelled 1500, failed 1")
        #expect(try await queue.state(other) == .queued)
        let error = try await queue.value(
            String.self,
            "select error from coppice.finished_jobs where job_id = \(last.rawValue)"
        )
        #expect(error == "job \(last.rawValue - 1), which it waits for, was cancelled")
    }

    @Test("A job that waits for two of them ends once, with the first")
    func diamond() async throws {
        let first = try await queue.submit()
        let left = try await queue.submit { $0.needs = [first] }
        let right = try await queue.submit { $0.needs = [first] }
        let last = try await queue.submit { $0.needs = [left, right] }
        let job = try await queue.claim()[0]
        #expect(try await queue.jobs.fail(job.lease, error: "no", retryIn: nil) == .failed)

        #expect(try await ended() == "cancelled 3, failed 1")
        let errors = try await queue.value(
            String.self,
            "select string_agg(error, '; ' order by job_id) from coppice.finished_jobs where state = 'cancelled'"
        )
        #expect(
            errors == """
                job \(first), which it waits for, failed; job \(first), which it waits for, failed; \
                job \(left), which it waits for, was cancelled
                """
        )
        #expect(try await queue.value(Int64.self, "select max(job_id) from coppice.finished_jobs") == last.rawValue)
    }
}
