import Postgres
import TestSupport
import Testing

@testable import Tracking

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Logging of many clients together", .database)
struct LogWriterTests {
    private func metric(_ key: String, _ value: Double) -> Metric {
        Metric(key: key, value: value, timestamp: Date(timeIntervalSince1970: 1))
    }

    /// Returns when there is such a lock in the database.
    private func wait(_ pool: PostgresPool, for lock: SQL) async throws {
        let statement: SQL = """
            select exists (
                select from pg_locks
                where database = (select oid from pg_database where datname = current_database()) and \(lock)
            ) as is_there
            """
        while try await !pool.withSession({ try $0.execute(statement)[0].bool("is_there") }) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func run(_ store: TrackingStore) async throws -> Run {
        try await store.createRun(NewRun(experiment: .default, name: "r", startedAt: Date(timeIntervalSince1970: 1)))
    }

    @Test("What many log at once is all there when each of them goes on")
    func together() async throws {
        let store = TrackingStore(pool: try testDatabase().pool())
        let runs = [try await run(store), try await run(store)]
        let writer = LogWriter(store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    var entry = LogEntry(run: runs[index % 2].id)
                    entry.metrics = [metric("m\(index)", Double(index))]
                    if index % 5 == 0 { entry.params = ["p\(index)": "1"] }
                    if index % 7 == 0 { entry.tags = ["t\(index)": "1"] }
                    try await writer.write(entry)
                    let stored = try await store.run(entry.run)
                    #expect(stored?.metrics["m\(index)"]?.value == Double(index))
                }
            }
            try await group.waitForAll()
        }
        let stored = try await store.runs(runs.map(\.id))
        #expect(stored.map(\.metrics.count) == [100, 100])
        #expect(stored.map(\.params.count).reduce(0, +) == 40)
    }

    @Test("One who gives up goes at once, and the others of the group are logged", .timeLimit(.minutes(10)))
    func cancelled() async throws {
        let pool = try testDatabase().pool()
        let store = TrackingStore(pool: pool)
        let run = try await run(store)
        let writer = LogWriter(store, concurrency: 1)
        let write = { @Sendable (key: String) in
            Task {
                var entry = LogEntry(run: run.id)
                entry.tags = [key: "1"]
                try await writer.write(entry)
            }
        }
        // Who logs waits for this.
        let holder = Task {
            try await testDatabase().connect().withTransaction { session in
                try session.execute("lock table coppice.tags in access exclusive mode")
                try session.execute("select pg_sleep(600)")
            }
        }
        try await wait(pool, for: "relation = 'coppice.tags'::regclass and mode = 'AccessExclusiveLock' and granted")
        let first = write("first")
        try await wait(pool, for: "relation = 'coppice.tags'::regclass and not granted")
        let (second, third) = (write("second"), write("third"))
        while writer.waitingCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
        for task in [first, second] {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        holder.cancel()
        try await third.value
        let stored = try #require(try await store.run(run.id))
        #expect(stored.tags["first"] == "1" && stored.tags["third"] == "1")
        #expect(stored.tags["second"] == nil)
    }

    @Test("Each mistake fails the one who made it, wholly, and nobody else")
    func mistakes() async throws {
        let store = TrackingStore(pool: try testDatabase().pool())
        let good = try await run(store)
        let deleted = try await run(store)
        try await store.deleteRun(deleted.id)
        try await store.log(params: ["p": "1"], run: good.id)

        var entries: [LogEntry] = []
        for (id, params) in [
            (good.id, ["q": "1"]), (deleted.id, [:]), (Run.ID(rawValue: "nothing"), [:]), (good.id, ["p": "2"]),
        ] {
            var entry = LogEntry(run: id)
            entry.params = params
            entry.metrics = [metric("m\(entries.count)", 1)]
            entries.append(entry)
        }
        let outcomes = await store.log(entries).map { outcome in
            do {
                try outcome.get()
                return "logged"
            } catch {
                return "\((error as? TrackingError)?.code.description ?? "\(error)")"
            }
        }
        #expect(outcomes == ["logged", "deleted", "notFound", "conflict"])
        let stored = try #require(try await store.run(good.id))
        #expect(stored.params == ["p": "1", "q": "1"])
        #expect(stored.metrics.keys.sorted() == ["m0"])
    }
}
