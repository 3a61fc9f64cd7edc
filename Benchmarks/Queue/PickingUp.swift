import BenchmarkSupport
import Foundation
import Jobs
import Logging
import Postgres
import Synchronization

/// How soon an idle worker starts a job, beside how soon a bare listener hears of an insert, and has the row as its own.
enum PickingUp {
    private static let count = 300

    static func run(_ configuration: PostgresConfiguration) async throws {
        // What other measurements left would be started instead.
        try await Store.clear(PostgresConnection(configuration))
        let pool = PostgresPool(configuration, size: 1)
        let store = JobStore(pool: pool)
        let (shutdowns, signal) = AsyncStream.makeStream(of: ShutdownRequest.self)
        let (starts, started) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        async let worker: Void = NothingWorker.run(
            configuration,
            concurrency: 1,
            drain: false,
            shutdowns: shutdowns,
            started: { _ in started.yield(.now) }
        )
        let (heard, hear) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let (taken, take) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let taker = PostgresConnection(configuration)
        try await taker.connect()
        let listener = Task {
            // Who waits for the next must not wait for ever.
            defer {
                hear.finish()
                take.finish()
            }
            let events = NotificationListener(
                configuration,
                channels: ["coppice_benchmark"],
                logger: Logger(label: "queue-benchmark") { _ in SwiftLogNoOpLogHandler() }
            )
            for await case .notification in events {
                hear.yield(.now)
                try await taker.execute(
                    """
                    delete from public.plain_jobs where id = (
                        select id from public.plain_jobs order by id limit 1 for update skip locked
                    ) returning id
                    """
                )
                take.yield(.now)
            }
        }
        let connection = PostgresConnection(configuration)
        try await connection.connect()
        try await Task.sleep(for: .seconds(2))

        var startIterator = starts.makeAsyncIterator()
        var heardIterator = heard.makeAsyncIterator()
        var takenIterator = taken.makeAsyncIterator()
        var pickups: [Double] = []
        var notifications: [Double] = []
        var takings: [Double] = []
        for round in 0..<count + 20 {
            // Idle: long enough for the last job to end, at different places of the poll interval.
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...60)))
            let submitted = ContinuousClock.now
            _ = try await store.submit([nothing()])
            guard let start = await startIterator.next() else { break }
            try await Task.sleep(for: .milliseconds(10))
            let notified = ContinuousClock.now
            try await connection.execute("insert into public.plain_jobs (kind) values ('nothing')")
            try await connection.execute("notify coppice_benchmark")
            guard let hear = await heardIterator.next(), let take = await takenIterator.next() else { break }
            guard round >= 20 else { continue }
            pickups.append((start - submitted) / .milliseconds(1))
            notifications.append((hear - notified) / .milliseconds(1))
            takings.append((take - notified) / .milliseconds(1))
        }
        for (name, fraction) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            let mine = Double.quantile(fraction, of: pickups)
            report("from submit to start, \(name)", mine, "ms")
            for (what, waits) in [("heard by a bare listener", notifications), ("and taken by it", takings)] {
                let bare = Double.quantile(fraction, of: waits)
                report("insert, notify, \(what), \(name)", bare, "ms")
                report("ratio to that, \(name)", mine / bare, "")
            }
        }
        signal.yield(.graceful)
        try await worker
        listener.cancel()
        try await listener.value
        await pool.close()
    }
}
