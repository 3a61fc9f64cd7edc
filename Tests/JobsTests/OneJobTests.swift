import Postgres
import TestSupport
import Testing

@testable import Jobs

/// One job takes another way through the database than several do.
@Suite("One job at a time", .database, .timeLimit(.minutes(5)))
struct OneJobTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    /// What a claim made of each job, by its run's name.
    private static let made: SQL = """
        select string_agg(concat_ws(' ', r.name, r.status, r.user_id, r.parent_run_no is null, a.attempt,
            a.worker_id, a.run_no = r.run_no, a.started_at = j.started_at, j.state, j.lease_until > j.started_at,
            (select string_agg(concat(p.key, '=', length(p.value), left(p.value, 3)), ',' order by p.key)
                from coppice.params p where p.run_no = r.run_no),
            (select string_agg(concat(t.key, '=', length(t.value), left(t.value, 3)), ',' order by t.key)
                from coppice.tags t where t.run_no = r.run_no)), '; ' order by j.job_id)
        from coppice.jobs j
        join coppice.attempts a on a.job_id = j.job_id and a.attempt = j.attempt
        join coppice.runs r on r.job_id = j.job_id and r.attempt = j.attempt
        """

    @Test("A job claimed alone has the run, the attempt, the parameters and the tags of one claimed with others")
    func claim() async throws {
        func submitTwo() async throws {
            try await queue.submit {
                $0.runName = "odd"
                $0.params = ["": "no name", "long": String(repeating: "x", count: 7000), "depth": "5"]
                $0.tags = [String(repeating: "k", count: 300): "too long", "team": String(repeating: "y", count: 9000)]
            }
            try await queue.submit {
                $0.runName = "plain"
                $0.parentRunNumber = 999
            }
        }
        try await submitTwo()
        #expect(try await queue.claim(limit: 2).count == 2)
        let together = try await queue.value(String.self, Self.made)
        try await queue.execute("truncate coppice.jobs, coppice.attempts, coppice.runs cascade")

        try await submitTwo()
        let jobs = try await queue.claim() + queue.claim()
        #expect(jobs.map(\.runName) == ["odd", "plain"])
        #expect(try await queue.value(String.self, Self.made) == together)
        #expect(together.contains("mlflow.runName=5pla") && together.contains("long=6000xxx"), "\(together)")
    }

    @Test("What a claim returns is the same for a job alone and among others")
    func claimed() async throws {
        func submit() async throws {
            try await queue.submit {
                $0.spec = ["trees": 7]
                $0.timeout = .seconds(5)
                $0.maxAttempts = 2
            }
        }
        for _ in 0..<3 { try await submit() }
        let jobs = try await queue.claim() + queue.claim(limit: 2)
        #expect(jobs.count == 3)
        for job in jobs {
            #expect(job.kind == "train" && job.queue == "default" && job.submittedBy == "tester")
            #expect(job.timeout == .seconds(5) && job.maxAttempts == 2 && job.failures == 0 && job.experimentID == 0)
            let facts: SQL = "select run_no from coppice.runs where run_id = \(job.runID) and name = \(job.runName)"
            #expect(try await queue.value(Int64.self, facts) == job.runNumber)
        }
    }

    @Test("A job that is to be cancelled is not ended as succeeded, and nothing of it changes")
    func cancelRequested() async throws {
        try await queue.submit()
        let job = try await queue.claim()[0]
        _ = try await queue.jobs.cancel(job.id)
        let state: SQL = """
            select concat_ws(' ', (select j::text from coppice.jobs j), (select a::text from coppice.attempts a),
                (select r::text from coppice.runs r), (select count(*) from coppice.finished_jobs))
            """
        let before = try await queue.value(String.self, state)
        await #expect { try await queue.jobs.finish(job.lease) { _ in } } throws: { error in
            (error as? JobError)?.code == .cancelRequested
        }
        #expect(try await queue.value(String.self, state) == before)
    }

    @Test("Two jobs of one call with the same unique key are one")
    func uniqueTwice() async throws {
        let jobs = try await queue.jobs.submit((0..<2).map { _ in queue.newJob { $0.uniqueKey = "nightly" } })
        #expect(jobs.map(\.isNew) == [true, false])
        #expect(jobs[0].id == jobs[1].id)
    }

    @Test("A job alone makes its queue known, and is refused where that has no proper name")
    func queueName() async throws {
        try await queue.submit { $0.queue = "night.shift" }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.queues where queue = 'night.shift'") == 1)
        await #expect(throws: (any Error).self) { try await queue.submit { $0.queue = "no good" } }
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 1)
    }
}
