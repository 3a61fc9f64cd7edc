import Postgres
import TestSupport
import Testing

@testable import Jobs

/// The functions of the queue keep their plans for as long as a connection lives.
@Suite("Plans that are kept", .database, .timeLimit(.minutes(5)))
struct PlanTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    /// Everything that happens to most jobs, to one alone and to several.
    private func work(in session: borrowing Session) throws {
        for count in [1, 4] {
            let wire = try JobStore.wire((0..<count).map { _ in queue.newJob { $0.params = ["depth": "5"] } })
            try session.execute("select from coppice.submit_jobs(\(wire))")
            let request = JobStore.ClaimRequest(
                worker: queue.worker,
                queues: ["default"],
                limit: count,
                lease: .seconds(30)
            )
            let leases = try JobStore.claim(request, in: session).map(\.lease)
            try #require(leases.count == count)
            try session.execute(
                """
                select from coppice.finish_jobs(\(leases.map(\.job.rawValue)), \(leases.map { Int32($0.attempt) }),
                    \(queue.worker))
                """
            )
        }
    }

    /// How many rows of each table this connection has read, through an index or all of them.
    private func rowsRead(in session: borrowing Session) throws -> [String: Int] {
        let rows = try session.execute(
            """
            select relname::text as name, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as count
            from pg_stat_xact_user_tables where schemaname = 'coppice'
            """
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.string("name"), try $0.int("count")) })
    }

    @Test("What was planned while the store was empty reads no more when it has grown")
    func growth() async throws {
        try await queue.execute("vacuum analyze")
        let pool = queue.database.pool(size: 1)
        try await pool.withSession { session in
            try work(in: session)
            try session.execute(
                """
                with grown as (
                    insert into coppice.runs (experiment_id, name, user_id, job_id, attempt, status, ended_at)
                    select 0, 'old', 'tester', id, 1, 'FINISHED', clock_timestamp()
                    from generate_series(1000, 4000) id
                    returning run_no, job_id
                ), attempts as (
                    insert into coppice.attempts (job_id, attempt, worker_id, run_no, started_at, ended_at, outcome)
                    select job_id, 1, \(queue.worker), run_no, clock_timestamp(), clock_timestamp(), 'succeeded' from grown
                ), tokens as (
                    insert into coppice.job_tokens (client_token, job_id) select gen_random_uuid(), job_id from grown
                )
                insert into coppice.finished_jobs (
                    job_id, client_token, kind, queue, priority, state, spec, experiment_id, params, tags, attempt,
                    failures, losses, max_attempts, submitted_by, submitted_at, finished_at
                )
                select job_id, gen_random_uuid(), 'train', 'default', 0, 'succeeded', '{}', 0, '{}', '{}', 1, 0, 0, 3,
                    'tester', clock_timestamp(), clock_timestamp()
                from grown
                """
            )
        }
        try await pool.withTransaction { session in
            let before = try rowsRead(in: session)
            try work(in: session)
            let read = try rowsRead(in: session)
                .merging(before) { $0 - $1 }
                .filter { $0.value > 100 }
            #expect(read.isEmpty, "\(read)")
        }
    }
}
