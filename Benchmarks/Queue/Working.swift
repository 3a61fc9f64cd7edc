import BenchmarkSupport
import Jobs
import Postgres

/// Claiming and finishing: worker processes beside pgbench with the same statements on as many connections, for jobs that
/// have nothing to publish, which may end together, and for those that have.
enum Working {
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
                for result in [NothingWorker.Result.nothing, .something] {
                    let setting = Setting(workers: workers, concurrency: concurrency, result: result)
                    var (ours, pgbench): ([Double], [Double]) = ([], [])
                    for _ in 0..<3 {
                        try await fill(store, connection, setting.jobCount)
                        ours.append(try await setting.rate(configuration, connection))
                        try await fill(store, connection, setting.jobCount)
                        pgbench.append(try setting.pgbenchRate(configuration, worker: Int(worker)))
                    }
                    let (mine, theirs) = (Double.quantile(0.5, of: ours), Double.quantile(0.5, of: pgbench))
                    let what = "\(workers) workers × \(concurrency) jobs with \(result.rawValue) to publish"
                    report("\(what), Coppice", mine, "jobs/s")
                    report("\(what), pgbench with the same statements", theirs, "jobs/s")
                    report("\(what), ratio", mine / theirs, "")
                }
            }
        }
        await pool.close()
    }

    private static func fill(_ store: JobStore, _ connection: PostgresConnection, _ count: Int) async throws {
        try await Store.clear(connection)
        _ = try await store.submit((0..<count).map { _ in nothing() })
        try await connection.execute("vacuum analyze coppice.jobs")
    }
}

/// So many workers of so many jobs each.
private struct Setting {
    let workers: Int
    let concurrency: Int
    let result: NothingWorker.Result

    /// Enough for more than a second, so that what a connection does once does not count.
    var jobCount: Int { concurrency == 1 ? min(2_000 * workers, 8_000) : 16_000 }

    /// Jobs a second of worker processes.
    func rate(_ configuration: PostgresConfiguration, _ connection: PostgresConnection) async throws -> Double {
        try NothingWorker.drain(configuration, processes: workers, concurrency: concurrency, result: result)
        return try await Store.number(
            connection,
            """
            select count(*)::double precision / extract(epoch from max(finished_at) - min(started_at))
            from coppice.finished_jobs where state = 'succeeded'
            """
        )
    }

    /// Jobs a second of pgbench with as many connections. Some are left, so that it never looks for one in vain.
    func pgbenchRate(_ configuration: PostgresConfiguration, worker: Int) throws -> Double {
        let script =
            switch result {
            case .nothing: together(worker: worker)
            case .something: apart(worker: worker)
            }
        return try PGBench.rate(
            configuration,
            script,
            clients: workers,
            length: .transactions(jobCount / workers / concurrency * 4 / 5),
            ["-M", "prepared", "-D", "ids='{}'", "-D", "attempts='{}'", "-D", "first=\(concurrency)"]
        ) * Double(concurrency)
    }

    /// Ends the jobs of the transaction before, and claims as many, in one statement, as a worker does whose jobs
    /// publish nothing. The first transaction of a client has none to end: `first` is what it claims.
    private func together(worker: Int) -> String {
        """
        select array_agg(claimed.job_id) as ids, array_agg(claimed.attempt) as attempts
        from coppice.finish_jobs(:ids::bigint[], :attempts::integer[], \(worker)) ended
        left join lateral coppice.claim_jobs(
            \(worker), '{default}', least(\(concurrency), cardinality(ended.finished) + :first), '30 s'
        ) claimed on true \\gset
        \\set first 0

        """
    }

    /// Claims jobs in one statement, and ends each in a transaction of its own.
    private func apart(worker: Int) -> String {
        let claim = """
            select array_agg(job_id) as ids, array_agg(attempt) as attempts
            from coppice.claim_jobs(\(worker), '{default}', \(concurrency), '30 s') \\gset

            """
        let ends = (1...concurrency).map { place in
            """
            begin;
            select coppice.finish_job((:ids::bigint[])[\(place)], (:attempts::integer[])[\(place)], \(worker));
            commit;
            """
        }
        return claim + ends.joined(separator: "\n") + "\n"
    }
}
