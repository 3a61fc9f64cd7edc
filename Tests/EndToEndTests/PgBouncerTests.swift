import Postgres
import TestSupport
import Testing

@Suite(
    "Behind PgBouncer in transaction mode",
    .database,
    .enabled(if: PgBouncer.program != nil, "pgbouncer is not installed"),
    .timeLimit(.minutes(10))
)
struct PgBouncerTests {
    @Test("Jobs are queued and done, those for which no wake-up arrives, too, and no statement is missed")
    func polling() async throws {
        let store = try Store()
        let pooler = try await PgBouncer(try #require(PgBouncer.program), to: store.database.configuration)
        let environment = ["DATABASE_URL": pooler.url]
        let submit = Program(name: "submit", environment: environment)
        let worker = try Program(name: "worker", environment: environment)
            .start(["--concurrency", "3", "--lease", "2s", "--max-jobs", "9"])
        // More often than a statement has to be repeated to be prepared.
        for count in 1...9 {
            let queued = try await submit.run("train", "--n-estimators", "2", "--register", "m")
            #expect(queued.status == 0, "\(queued.errors)")
            // One after the other: each finds an idle worker that nobody wakes.
            try await store.wait(until: "select count(*) = \(count) from coppice.finished_jobs")
        }
        let outcome = try await worker.outcome()

        #expect(outcome.status == 0)
        #expect(!outcome.errors.contains("prepared statement"), "\(outcome.errors)")
        #expect(
            try await store.value(Int.self, "select count(*) from coppice.job_history where state = 'succeeded'") == 9
        )
        #expect(try await store.value(Int.self, "select max(attempt)::bigint from coppice.attempts") == 1)
    }
}
