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

    /// Lets a worker fire what is due and run it.
    private func work(in store: Store, until done: SQL) async throws {
        let worker = try store.worker.start(["--concurrency", "2"])
        try await store.wait(until: done)
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().status == 0)
    }

    @Test("Each tick of a scheduled sweep is a sweep with seeds of its own, and its best point keeps the alias")
    func sweep() async throws {
        let store = try Store()
        let added = try await store.coppice.run([
            "schedules", "add", "weekly", "--cron", "@weekly", "--missed", "all", "--", "train", "--data", "diabetes",
            "--n-estimators", "2,4", "--max-depth", "1,3", "--register", "sales", "--alias", "champion", "--if-better",
            "rmse",
        ])
        #expect(added.status == 0, "\(added.errors)")
        try await store.execute("update coppice.schedules set next_tick = next_tick - interval '14 days'")
        try await work(in: store, until: "select count(*) = 2 from coppice.finished_jobs where kind = 'sweep'")

        let ticks = try await store.value(
            String.self,
            """
            select string_agg(concat_ws(' ', whole.kind, whole.state, points.count, points.seeds, points.told, points.same),
                '; ' order by h.tick)
            from coppice.schedule_history h
            join coppice.job_history whole using (job_id)
            cross join lateral (
                select
                    count(*), count(distinct (j.spec->>'random_state', j.spec->>'split_seed')) as seeds,
                    bool_and(j.spec->>'random_state' = j.params->>'random_state') as told,
                    bool_and(j.params->>'random_state' = f.params->>'random_state') as same
                from coppice.finished_jobs j join coppice.finished_jobs f on f.job_id = whole.job_id
                where j.kind = 'train' and (j.tags->>'coppice.tick')::timestamptz = h.tick
            ) points
            """
        )
        #expect(ticks == "sweep succeeded 4 1 t t; sweep succeeded 4 1 t t")
        let facts = try await store.value(
            String.self,
            """
            select concat_ws(' ', count(*), count(distinct r.params->>'random_state'), count(distinct r.parent_run_id),
                min((r.metrics->>'rmse')::float8) filter (where 'champion' = any (m.aliases)) = min((r.metrics->>'rmse')::float8))
            from coppice.run_history r join coppice.model_history m using (run_id)
            """
        )
        #expect(facts == "8 2 2 t")
        let list = try await store.coppice.run("schedules", "list", "--json").json()
        let schedule = try #require((list["schedules"] as? [[String: Any]])?.first)
        #expect(schedule["kind"] as? String == "sweep" && schedule["last_state"] as? String == "succeeded")
    }

    @Test("A schedule trains in shards, whose trees are of one forest")
    func shards() async throws {
        let store = try Store()
        let added = try await store.coppice.run([
            "schedules", "add", "large", "--cron", "@daily", "--", "train", "--n-estimators", "6", "--shards", "3",
            "--register", "large",
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await store.execute("update coppice.schedules set next_tick = next_tick - interval '1 day'")
        try await work(in: store, until: "select count(*) = 1 from coppice.finished_jobs where kind = 'train'")

        let seeds = try await store.value(
            String.self,
            """
            select concat_ws(' ', count(*), count(*) filter (where kind = 'train_shard'), min(state), max(state),
                count(distinct coalesce(spec->'training', spec)->>'random_state'),
                (select count(*) from coppice.model_history where model = 'large'))
            from coppice.finished_jobs
            """
        )
        #expect(seeds == "4 3 succeeded succeeded 1 1")
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
        (["--cron", "@daily", "--", "train", "--sample", "3"], "--sample"),
        (["--cron", "@daily", "--", "train", "--max-depth", "1,2", "--shards", "2"], "--shards"),
        (["--cron", "@daily", "--", "train", "--n-estimators", "2", "--shards", "3"], "--shards"),
        (["--cron", "@daily", "--", "train", "--max-depth", "1,2", "--register", "m", "--alias", "a"], "--if-better"),
    ]

    @Test("What could never run is refused when it is added", arguments: wrong)
    func refuses(arguments: [String], says: String) async throws {
        let store = try Store()
        let outcome = try await store.coppice.run(["schedules", "add", "n"] + arguments)
        outcome.expectError(status: 64, says)
        #expect(try await store.value(Int.self, "select count(*) from coppice.schedules") == 0)
    }
}
