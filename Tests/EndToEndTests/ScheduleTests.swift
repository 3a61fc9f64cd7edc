import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Schedules from the shell", .database, .timeLimit(.minutes(10)))
struct ScheduleTests {
    @Test("Two workers run each tick of a schedule once, and register a version each time")
    func story() async throws {
        let store = try Store()
        let added = try await store.coppice.run(
            "schedules",
            "add",
            "nightly",
            "--cron",
            "0 3 * * *",
            "--time-zone",
            "Europe/Berlin",
            "--missed",
            "all",
            "--",
            "train",
            "--data",
            "diabetes",
            "--n-estimators",
            "3",
            "--register",
            "sales",
            "--experiment",
            "nightly"
        )
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.output.contains("nightly"))
        try await store.execute("update coppice.schedules set next_tick = next_tick - interval '3 days'")

        let workers = try (0..<2).map { _ in try store.worker.start(["--concurrency", "2"]) }
        try await store.wait(until: "select count(*) = 3 from coppice.model_history where model = 'sales'")
        for worker in workers { worker.signal(SIGTERM) }
        for worker in workers { #expect(try await worker.outcome().status == 0) }

        let facts = try await store.value(
            String.self,
            """
            select concat_ws(' ', count(*), count(distinct tags->>'coppice.tick'), count(distinct params->>'random_state'),
                min(experiment), min(status), bool_and(extract(hour from (tags->>'coppice.tick')::timestamptz at time zone 'Europe/Berlin') = 3))
            from coppice.run_history
            """
        )
        #expect(facts == "3 3 3 nightly FINISHED t")
        let list = try await store.coppice.run("schedules", "list", "--json").json()
        let schedule = try #require((list["schedules"] as? [[String: Any]])?.first)
        #expect(schedule["last_state"] as? String == "succeeded")
        #expect(schedule["cron"] as? String == "0 3 * * *")
    }

    @Test("A schedule is paused, resumed and removed by name")
    func changes() async throws {
        let store = try Store()
        _ = try await store.coppice.run("schedules", "add", "n", "--cron", "@hourly", "--", "train")
        #expect(try await store.coppice.run("schedules", "pause", "n").output.contains("paused"))
        #expect(try await store.coppice.run("schedules", "list").output.contains("paused"))
        #expect(try await store.coppice.run("schedules", "resume", "n").output.contains("due at"))
        #expect(try await store.coppice.run("schedules", "remove", "n").status == 0)
        try await store.coppice.run("schedules", "remove", "n").expectError(status: 64, "'n'", "schedules list")
    }

    private static let wrong: [(arguments: [String], says: String)] = [
        (["--cron", "0 25 * * *", "--", "train"], "--cron: hour '25'"),
        (["--cron", "@daily", "--time-zone", "Mars/Base", "--", "train"], "Mars/Base"),
        (["--cron", "@daily"], "train or predict"),
        (["--cron", "@daily", "--", "submit", "train"], "left out"),
        (["--cron", "@daily", "--", "sleep"], "sleep"),
        (["--cron", "@daily", "--", "train", "--colour", "green"], "--colour"),
        (["--cron", "@daily", "--", "train", "--n-estimators", "0"], "--n-estimators"),
        (["--cron", "@daily", "--", "train", "--data", "nowhere.csv"], "nowhere.csv"),
        (["--cron", "@daily", "--", "train", "--delay", "1h"], "--delay"),
        (["--cron", "@daily", "--", "train", "--after", "1"], "--after"),
        (["--cron", "@daily", "--", "predict", "--model", "job:1"], "job:1"),
        (["--cron", "@daily", "--", "predict", "--model", "models:/nothing/1"], "nothing"),
        (["--cron", "@daily", "--missed", "some", "--", "train"], "some"),
    ]

    @Test("What could never run is refused when it is added", arguments: wrong)
    func refuses(arguments: [String], says: String) async throws {
        let store = try Store()
        let outcome = try await store.coppice.run(["schedules", "add", "n"] + arguments)
        outcome.expectError(status: 64, says)
        #expect(try await store.value(Int.self, "select count(*) from coppice.schedules") == 0)
    }
}
