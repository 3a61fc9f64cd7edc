import Foundation
import JobSubmission
import Postgres
import Presentation
import TestSupport
import Testing

@testable import Jobs

@Suite("Lists of jobs that stay quick, and the parts of a job", .database, .timeLimit(.minutes(10)))
struct JobListTests {
    private func submit(_ server: PageServer, _ change: (inout TrainRequest) -> Void = { _ in }) async throws -> Job.ID
    {
        var request = TrainRequest(data: DataRequest(source: "diabetes"))
        change(&request)
        return try await server.submissions.submit(request).id
    }

    /// Ends a job as failed, as a worker would.
    private func fail(_ server: PageServer, _ job: Job.ID, error: String) async throws {
        let worker = try await WorkerStore(pool: server.pool).register(
            Worker.Registration(
                name: "worker-1",
                host: "host",
                processID: 1,
                version: "1",
                queues: ["default"],
                concurrency: 1
            )
        )
        let store = JobStore(pool: server.pool)
        let claimed = try await store.claim(for: worker, queues: ["default"], limit: 1, lease: .seconds(60))
        #expect(claimed.map(\.lease.job) == [job])
        _ = try await store.fail(try #require(claimed.first).lease, error: error, retryIn: nil)
    }

    @Test("Filters are in the address: state, queue and kind")
    func filters() async throws {
        try await PageServer.with { server in
            let first = try await submit(server)
            let second = try await submit(server) { $0.queueing.queue = "slow" }
            func lists(_ path: String) async throws -> [Job.ID] {
                let body = try await server.get(path).body
                return [first, second].filter { body.contains("href=\"/jobs/\($0)\"") }
            }
            #expect(try await lists("/jobs") == [first, second])
            #expect(try await lists("/jobs?queue=slow") == [second])
            #expect(try await lists("/jobs?queue=slow&order=next") == [second])
            #expect(try await lists("/jobs?state=queued&kind=train&queue=") == [first, second])
            #expect(try await lists("/jobs?state=failed") == [])
            #expect(try await lists("/jobs?kind=predict") == [])
        }
    }

    @Test(
        "A filter that does not exist is refused with what does",
        arguments: ["state=broken", "order=random", "after=x"]
    )
    func badFilter(query: String) async throws {
        try await PageServer.with { server in
            let answer = try await server.get("/jobs?\(query)")
            #expect(answer.status == 400)
            #expect(answer.body.contains("is one of") || answer.body.contains("is not a number"))
        }
    }

    @Test("Pages follow each other without gaps, in each order", arguments: JobQuery.Order.allCases)
    func paging(order: JobQuery.Order) async throws {
        try await PageServer.with { server in
            let store = JobStore(pool: server.pool)
            for priority in [0, 5, 5, -3, 0, 7, 5] { _ = try await submit(server) { $0.queueing.priority = priority } }
            var query = JobQuery()
            query.order = order
            query.limit = 100
            let all = try await store.browse(query).jobs.map(\.id)
            #expect(all.count == 7)
            query.limit = 2
            var paged: [Job.ID] = []
            repeat {
                let page = try await store.browse(query)
                paged += page.jobs.map(\.id)
                query.after = page.next
            } while query.after != nil
            #expect(paged == all)
            switch order {
            case .newest: #expect(all == all.sorted(by: >))
            case .oldest: #expect(all == all.sorted())
            case .next:
                let priorities = try await store.browse(JobQuery.claimable(limit: 10)).jobs.map(\.priority)
                #expect(priorities == [7, 5, 5, 5, 0, 0, -3])
            }
        }
    }

    @Test("A failed job is found by its state, whatever its error is made of")
    func failed() async throws {
        try await PageServer.with { server in
            let job = try await submit(server)
            try await fail(server, job, error: "<script>alert(1)</script> went wrong")
            let list = try await server.get("/jobs?state=failed").body
            #expect(list.contains("href=\"/jobs/\(job)\""))
            let page = try await server.get("/jobs/\(job)").body
            #expect(
                page.contains("&lt;script&gt;alert(1)&lt;/script&gt; went wrong") && !page.contains("<script>alert")
            )
        }
    }

    @Test("A job says which others it needs")
    func needs() async throws {
        try await PageServer.with { server in
            let first = try await submit(server)
            let second = try await submit(server) { $0.queueing.needs = [first] }
            let page = try await server.get("/jobs/\(second)").body
            #expect(page.contains("<dt>Needs</dt><dd><a href=\"/jobs/\(first)\">job \(first)</a>"))
        }
    }

    @Test("Where no index finds what is asked for, a page ends after so many jobs, and the next one goes on")
    func window() async throws {
        try await PageServer.with { server in
            let old = try await submit(server) { $0.queueing.queue = "rare" }
            let store = JobStore(pool: server.pool)
            // As if so many jobs had come between.
            try await server.pool.execute(
                "select setval(pg_get_serial_sequence('coppice.jobs', 'job_id'), \(old.rawValue + 2 * JobStore.browseWindow))"
            )
            _ = try await submit(server)
            var query = JobQuery()
            query.queue = "rare"
            var pages: [JobPage] = []
            repeat {
                let page = try await store.browse(query)
                pages.append(page)
                query.after = page.next
            } while query.after != nil
            #expect(pages.count == 3)
            #expect(pages.flatMap(\.jobs).map(\.id) == [old])
            #expect(pages.map(\.isCutShort) == [true, true, false])
            let shown = try await server.get("/jobs?queue=rare").body
            #expect(shown.contains("None of the jobs looked at fits") && shown.contains("Look further"))
        }
    }

    @Test("What is next of a kind is looked for among so many jobs of each queue, and the next page goes on")
    func nextOfKind() async throws {
        try await PageServer.with { server in
            let first = try await submit(server)
            try await server.pool.execute(
                """
                insert into coppice.jobs (client_token, kind, queue, spec, experiment_id, submitted_by)
                select gen_random_uuid(), 'train', 'default', '{}', 0, 'me'
                from generate_series(1, \(JobStore.browseWindow + 10))
                """
            )
            try await server.pool.execute("update coppice.jobs set kind = 'predict' where job_id = \(first)")
            let others = [try await submit(server), try await submit(server) { $0.queueing.queue = "other" }]
            for job in others {
                try await server.pool.execute("update coppice.jobs set kind = 'predict' where job_id = \(job)")
            }
            var query = JobQuery.claimable(limit: 2)
            query.kind = "predict"
            var pages: [JobPage] = []
            repeat {
                let page = try await JobStore(pool: server.pool).browse(query)
                pages.append(page)
                query.after = page.next
            } while query.after != nil
            #expect(pages.map { $0.jobs.map(\.id) } == [[first], others])
            #expect(pages.map(\.isCutShort) == [true, false])
        }
    }

    @Test("A sweep lists its parts, and a part leads to its sweep")
    func parts() async throws {
        try await PageServer.with { server in
            var request = TrainRequest(data: DataRequest(source: "diabetes"))
            request.forest[.maxDepth] = "2,3"
            let jobs = try await server.submissions.submitAll(request).map(\.id)
            let whole = try #require(jobs.last)
            let page = try await server.get("/jobs/\(whole)").body
            for part in jobs.dropLast() { #expect(page.contains("href=\"/jobs/\(part)\"")) }
            #expect(try await server.get("/jobs/\(jobs[0])").body.contains("href=\"/jobs/\(whole)\">job \(whole)</a>"))
        }
    }

    @Test("A queue is counted no further than the limit")
    func depth() async throws {
        try await PageServer.with { server in
            for _ in 0..<4 { _ = try await submit(server) }
            let depth = try #require(try await QueueStore(pool: server.pool).depths(countLimit: 3).first)
            #expect(depth.queued.description == "3+")
            #expect(depth.oldestAge != nil)
        }
    }

}

extension JobQuery {
    fileprivate static func claimable(limit: Int) -> JobQuery {
        var query = JobQuery()
        query.order = .next
        query.limit = limit
        return query
    }
}
