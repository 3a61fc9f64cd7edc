import BenchmarkSupport
import Jobs
import Postgres

/// Claiming and finishing: worker processes beside pgbench with the same two statements on as many connections.
enum Working {
    /// Enough for several seconds, and for what a connection does once: a worker has one for each job at a time.
    private static func jobCount(workers: Int, concurrency: Int) -> Int {
        max(min(1_000 * workers, 4_000), 100 * workers * concurrency)
    }

    static func run(_ configuration: PostgresConfiguration) async throws {
        let connection = PostgresConnection(configuration)
        let pool = PostgresPool(configuration, size: 1)
        let store = JobStore(pool: pool)
        try await connection.execute(
            """
            insert into coppice.workers (name, host, process_id, version, queues, concurrency)
            values ('pgbench', 'here', 0, '1', '{default}', 1)
            """
        )
        let worker = try await Store.number(
            connection,
            "select max(worker_id)::double precision from coppice.workers where name = 'pgbench'"
        )
        for workers in [1, 2, 8] {
            for concurrency in [1, 10] {
                let count = jobCount(workers: workers, concurrency: concurrency)
                var ours: [Double] = []
                var pgbench: [Double] = []
                for _ in 0..<3 {
                    try await fill(store, connection, count)
                    try NothingWorker.drain(configuration, processes: workers, concurrency: concurrency)
                    ours.append(
                        try await Store.number(
                            connection,
                            """
                            select count(*)::double precision / extract(epoch from max(finished_at) - min(started_at))
                            from coppice.finished_jobs where state = 'succeeded'
                            """
                        )
                    )
                    try await fill(store, connection, count)
                    let transactions = count / workers / concurrency * 4 / 5
                    pgbench.append(
                        try PGBench.rate(
                            configuration,
                            script(worker: Int(worker), batch: concurrency),
                            clients: workers,
                            length: .transactions(transactions),
                            ["-M", "prepared", "-D", "ids='{}'", "-D", "attempts='{}'", "-D", "first=\(concurrency)"]
                        ) * Double(concurrency)
                    )
                }
                let (mine, theirs) = (Double.quantile(0.5, of: ours), Double.quantile(0.5, of: pgbench))
                let what = "\(workers) workers × \(concurrency) jobs"
                report("\(what), Coppice", mine, "jobs/s")
                report("\(what), pgbench with the same statements", theirs, "jobs/s")
                report("\(what), ratio", mine / theirs, "")
            }
        }
        await pool.close()
    }

    private static func fill(_ store: JobStore, _ connection: PostgresConnection, _ count: Int) async throws {
        try await Store.clear(connection)
        _ = try await store.submit((0..<count).map { _ in nothing() })
        try await connection.execute("vacuum analyze coppice.jobs")
    }

    /// Ends the `batch` jobs of the transaction before, and claims as many, in one statement, as a worker does whose jobs
    /// publish nothing. The first transaction of a client has none to end: `first` is what it claims.
    private static func script(worker: Int, batch: Int) -> String {
        """
        select array_agg(claimed.job_id) as ids, array_agg(claimed.attempt) as attempts
        from coppice.finish_jobs(:ids::bigint[], :attempts::integer[], \(worker)) ended
        left join lateral coppice.claim_jobs(
            \(worker), '{default}', least(\(batch), cardinality(ended.finished) + :first), '30 s'
        ) claimed on true \\gset
        \\set first 0

        """
    }
}
