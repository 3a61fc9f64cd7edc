import BenchmarkSupport
import Jobs
import Postgres

/// Submitting jobs: one by one, and a thousand at a time beside a plain insert of as many rows.
enum Submitting {
    static func run(_ configuration: PostgresConfiguration) async throws {
        let pool = PostgresPool(configuration, size: 1)
        let store = JobStore(pool: pool)
        let connection = PostgresConnection(configuration)
        try await Store.clear(connection)
        let plainOne = "insert into public.plain_jobs (kind, queue, spec) values ('nothing', 'default', '{}');"
        let plainBulk = """
            insert into public.plain_jobs (kind, queue, spec)
            select 'nothing', 'default', '{}' from generate_series(1, 1000);
            """
        // The same rows in the same tables, with their indexes, and nothing that checks or remembers.
        let sameBulk = """
            with given as materialized (
                select nextval('coppice.jobs_job_id_seq') as id, gen_random_uuid() as token from generate_series(1, 1000)
            ), tokens as (
                insert into coppice.job_tokens (client_token, job_id) select token, id from given
            )
            insert into coppice.jobs (job_id, client_token, kind, spec, experiment_id, submitted_by)
            overriding system value select id, token, 'nothing', '{}', 0, 'benchmark' from given;
            """
        var rates: [String: [Double]] = [:]
        for _ in 0..<5 {
            rates["submit, one by one", default: []].append(
                try await rate(of: 2_000) { for _ in 0..<2_000 { _ = try await store.submit([nothing()]) } }
            )
            rates["pgbench, insert of one row into a table of four columns", default: []].append(
                try PGBench.rate(configuration, plainOne)
            )
            rates["submit, 1,000 at a time", default: []].append(
                try await rate(of: 20_000) {
                    for _ in 0..<20 { _ = try await store.submit((0..<1_000).map { _ in nothing() }) }
                }
            )
            rates["pgbench, insert of 1,000 rows into a table of four columns", default: []].append(
                try PGBench.rate(configuration, plainBulk, length: .transactions(20)) * 1_000
            )
            rates["pgbench, insert of 1,000 rows into the queue's tables", default: []].append(
                try PGBench.rate(configuration, sameBulk, length: .transactions(20)) * 1_000
            )
            try await Store.clear(connection)
        }
        for (what, values) in rates.sorted(by: { $0.key < $1.key }) {
            report(what, .quantile(0.5, of: values), "jobs/s")
        }
        await pool.close()
    }

    static func rate(of count: Int, _ work: () async throws -> Void) async throws -> Double {
        Double(count) / (try await ContinuousClock().measure(work) / .seconds(1))
    }
}

func nothing() -> NewJob {
    NewJob(kind: "nothing", spec: [String: String](), experimentID: 0, submittedBy: "benchmark")
}
