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
