import BenchmarkSupport
import Jobs
import Postgres

/// What claims, submits and look-ups cost with nothing else in the store, with a long history, with many jobs waiting.
enum Growing {
    static func run(_ configuration: PostgresConfiguration, history: Int, waiting: Int) async throws {
        let connection = PostgresConnection(configuration)
        try await Store.clear(connection)
        let pool = PostgresPool(configuration, size: 1)
        let store = JobStore(pool: pool)
        let worker = try await WorkerStore(pool: pool).register(
            Worker.Registration(
                name: "growing",
                host: "here",
                processID: 0,
                version: "1",
                queues: ["default"],
                concurrency: 1
            )
        )
        try await measure("empty", store, worker, connection)
        let steps = [history / 10, history].filter { $0 > 0 }
        var made = 0
        for size in steps {
            try await addHistory(from: made, to: size, connection)
            made = size
            try await measure("\(size) finished jobs", store, worker, connection)
        }
        for _ in 0..<waiting / 1_000 { _ = try await store.submit((0..<1_000).map { _ in nothing() }) }
        try await connection.execute("vacuum analyze coppice.jobs")
        try await measure("\(waiting) more waiting", store, worker, connection)
        await pool.close()
    }

    private static func measure(
        _ what: String,
        _ store: JobStore,
        _ worker: Worker.ID,
        _ connection: PostgresConnection
    ) async throws {
        var submits: [Double] = []
        var claims: [Double] = []
        var lookups: [Double] = []
        for _ in 0..<400 {
            let clock = ContinuousClock()
            var id: Job.ID?
            submits.append(
                try await clock.measure { id = try await store.submit([nothing()])[0].id } / .milliseconds(1)
            )
            var claimed: [ClaimedJob] = []
            claims.append(
                try await clock.measure {
                    claimed = try await store.claim(for: worker, queues: ["default"], limit: 1, lease: .seconds(600))
                } / .milliseconds(1)
            )
            try await store.finish(claimed[0].lease) { _ in }
            lookups.append(try await clock.measure { _ = try await store.status(of: [id!]) } / .milliseconds(1))
        }
        report("\(what): submit, median", .quantile(0.5, of: submits), "ms")
        report("\(what): claim, median", .quantile(0.5, of: claims), "ms")
        report("\(what): look-up by id, p95", .quantile(0.95, of: lookups), "ms")
    }

    /// Finished jobs with their attempts, made in SQL under ids of their own.
    private static func addHistory(from: Int, to: Int, _ connection: PostgresConnection) async throws {
        let first = Int(
            try await Store.number(
                connection,
                "select coalesce(max(job_id), 0)::double precision from coppice.finished_jobs"
            )
        )
        try await connection.execute("select setval('coppice.jobs_job_id_seq', \(first + to - from + 1000))")
        try await connection.execute("select coppice.ensure_history_partitions()")
        var done = 0
        while done < to - from {
            let count = min(1_000_000, to - from - done)
            let (low, high) = (first + done + 1, first + done + count)
            try await connection.execute(
                """
                insert into coppice.finished_jobs (
                    job_id, client_token, kind, queue, priority, state, spec, experiment_id, params, tags, attempt, failures,
                    losses, max_attempts, submitted_by, submitted_at, finished_at
                )
                select n, gen_random_uuid(), 'nothing', 'default', 0, 'succeeded', '{}', 0, '{}', '{}', 1, 0, 0, 3, 'benchmark',
                    now() - interval '1 day', now()
                from generate_series(\(low)::bigint, \(high)::bigint) n
                """
            )
            try await connection.execute(
                """
                insert into coppice.attempts (job_id, attempt, worker_id, started_at, ended_at, outcome)
                select n, 1, 0, now(), now(), 'succeeded' from generate_series(\(low)::bigint, \(high)::bigint) n
                """
            )
            done += count
        }
        try await connection.execute("vacuum analyze")
        try await connection.execute("checkpoint")
    }
}
