import BenchmarkSupport
import Foundation
import Jobs
import Postgres

/// Whether the hot table stays small under load, also while another session holds an old snapshot for a minute.
enum Bloat {
    static func run(_ configuration: PostgresConfiguration, minutes: Int) async throws {
        let connection = PostgresConnection(configuration)
        try await Store.clear(connection)
        let pool = PostgresPool(configuration, size: 1)
        let store = JobStore(pool: pool)
        let end = ContinuousClock.now + .seconds(60 * minutes)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        async let worker: Void = NothingWorker.run(configuration, concurrency: 4, drain: false, shutdowns: shutdowns)

        let snapshot = PostgresConnection(configuration)
        async let holding: Void = hold(
            snapshot,
            after: .seconds(60 * minutes / 3),
            for: .seconds(min(60, 20 * minutes))
        )
        var next = ContinuousClock.now + .seconds(60)
        var minute = 0
        while ContinuousClock.now < end {
            // Never more than a few hundred waiting: the table's size is that of its dead rows.
            if try await Store.number(connection, "select count(*)::double precision from coppice.jobs") < 300 {
                _ = try await store.submit((0..<200).map { _ in nothing() })
            } else {
                try await Task.sleep(for: .milliseconds(5))
            }
            if ContinuousClock.now >= next {
                minute += 1
                next += .seconds(60)
                try await note("after minute \(minute)", connection)
            }
        }
        signal.yield(.graceful)
        try await worker
        try await holding
        try await note("at the end", connection)
        await pool.close()
    }

    private static func hold(_ connection: PostgresConnection, after: Duration, for length: Duration) async throws {
        try await Task.sleep(for: after)
        let seconds = length / .seconds(1)
        try await connection.withTransaction(isolation: .repeatableRead) { session in
            try session.execute("select count(*) from coppice.jobs")
            try session.execute("select pg_sleep(\(seconds))")
        }
    }

    private static func note(_ when: String, _ connection: PostgresConnection) async throws {
        let size = try await Store.number(
            connection,
            "select (pg_total_relation_size('coppice.jobs') / 1024.0)::double precision"
        )
        let finished = try await Store.number(
            connection,
            "select count(*)::double precision from coppice.finished_jobs"
        )
        report("\(when): \(Int(finished)) jobs done, the live table with its indexes", size, "KiB")
    }
}
