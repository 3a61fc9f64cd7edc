import FoundationEssentials
import Postgres
import TestSupport
import Tracking

/// A store on the database of the current test, and a run to log to.
struct Fixture {
    let pool: PostgresPool
    let store: TrackingStore

    init(connections: Int = 4) throws {
        pool = try testDatabase().pool(size: connections)
        store = TrackingStore(pool: pool)
    }

    func makeRun(
        named name: String = "baseline",
        in experiment: Experiment.ID = .default,
        params: [String: String] = [:],
        tags: [String: String] = [:],
        startedAt: Date = .now
    ) async throws -> Run {
        try await store.createRun(
            NewRun(experiment: experiment, name: name, user: "ada", startedAt: startedAt, params: params, tags: tags)
        )
    }
}

/// A whole number of milliseconds, as MLflow's clients send them.
func time(_ milliseconds: Int) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
}
