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

    /// What this connection has read of each table and its partitions: rows, through an index or all of them, and how
    /// often it began to.
    private func reads(in session: borrowing Session) throws -> [String: Int] {
        let rows = try session.execute(
            """
            select regexp_replace(relname, '_(\\d+|default)$', '') as name,
                sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + coalesce(seq_scan, 0)
                    + coalesce(idx_scan, 0))::bigint as count
            from pg_stat_xact_user_tables where schemaname = 'coppice' group by 1
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
            // A history of forty partitions, and what another worker and the queues hold meanwhile.
            for part in 1...40 {
                try session.execute("select setval('coppice.jobs_job_id_seq', \(part * 1_000_000))")
                try session.execute("select coppice.ensure_history_partitions()")
            }
            try session.execute(
                """
                with grown as (
                    insert into coppice.runs (experiment_id, name, user_id, job_id, attempt, status, ended_at)
                    select 0, 'old', 'tester', 1000 + id * 10000, 1, 'FINISHED', clock_timestamp()
                    from generate_series(1, 3000) id
                    returning run_no, job_id
                ), attempts as (
                    insert into coppice.attempts (job_id, attempt, worker_id, run_no, started_at, ended_at, outcome)
                    select job_id, 1, \(queue.worker), run_no, clock_timestamp(), clock_timestamp(), 'succeeded' from grown
                ), tokens as (
                    insert into coppice.job_tokens (client_token, job_id) select gen_random_uuid(), job_id from grown
                ), live as (
                    insert into coppice.jobs (
                        job_id, client_token, kind, queue, spec, experiment_id, submitted_by, state, attempt, worker_id,
                        lease_until, started_at, waits_on
                    )
                    overriding system value
                    select 40000000 + job_id, gen_random_uuid(), 'train', 'default', '{}', 0, 'tester',
                        case when job_id % 20000 < 10000 then 'running' else 'waiting' end::coppice.job_state,
                        1, case when job_id % 20000 < 10000 then \(queue.worker) end,
                        case when job_id % 20000 < 10000 then clock_timestamp() + interval '1 h' end,
                        clock_timestamp(), 1
                    from grown
                ), dependencies as (
                    insert into coppice.job_dependencies (needs_job_id, job_id)
                    select 40000000 + job_id, 40010000 + job_id from grown where job_id % 20000 < 10000
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
            try session.execute("select setval('coppice.jobs_job_id_seq', 80000000)")
            try session.execute("select coppice.ensure_history_partitions()")
        }
        try await pool.withTransaction { session in
            let before = try reads(in: session)
            try work(in: session)
            let read = try reads(in: session).merging(before) { $0 - $1 }.filter { $0.value > 60 }
            #expect(read.isEmpty, "\(read)")
        }
    }
}
