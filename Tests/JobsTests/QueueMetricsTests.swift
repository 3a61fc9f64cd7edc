import Postgres
import Prometheus
import TestSupport
import Testing

@testable import Jobs

@Suite("How full the queues are, for a scraper", .database, .timeLimit(.minutes(10)))
struct QueueMetricsTests {
    private func isUp(_ metrics: QueueMetrics) async -> Bool {
        PrometheusText.render(await metrics.families()).contains("\ncoppice_store_up 1\n")
    }

    @Test("A database that does not answer keeps no scraper waiting, and is asked by one at a time")
    func silence() async throws {
        let queue = try await QueueFixture()
        try await queue.submit()
        let metrics = QueueMetrics(
            QueueStore(pool: queue.database.pool()),
            cacheTime: .zero,
            patience: .milliseconds(20)
        )
        let holder = Task {
            try await queue.database.connect().withTransaction { session in
                try session.execute("lock table coppice.jobs in access exclusive mode")
                try session.execute("select pg_sleep(600)")
            }
        }
        let waiting: SQL = """
            (
                select count(*) from pg_locks
                where relation = 'coppice.jobs'::regclass and not granted
                    and database = (select oid from pg_database where datname = current_database())
            )
            """
        try await queue.waitUntilJobsAreLocked()
        for _ in 0..<3 {
            async let first = isUp(metrics)
            async let second = isUp(metrics)
            #expect(await [first, second] == [false, false])
        }
        try await queue.wait(for: "select \(waiting) > 0")
        #expect(await !isUp(metrics))
        #expect(try await queue.value(Int.self, "select \(waiting)") == 1)
        holder.cancel()
        let patient = QueueMetrics(QueueStore(pool: queue.database.pool()), patience: .seconds(600))
        #expect(await isUp(patient))
    }
}
