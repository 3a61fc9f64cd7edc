import Foundation
import Postgres
import TestSupport
import Testing

@Suite("A sweep from the shell", .database, .timeLimit(.minutes(10)))
struct SweepTests {
    private static let sweep = ["train", "--n-estimators", "5,20", "--max-depth", "2,5,none", "--split-seed", "1"]

    @Test("Its points are trained and compared, its run has the plot and the best, and the best version the alias")
    func story() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--concurrency", "2"])
        let result = try await store.submit.run(
            Self.sweep + ["--register", "m", "--alias", "champion", "--if-better", "rmse", "--wait"]
        )
        worker.signal(SIGTERM)

        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("of 6 points done"), "\(result.errors)")
        let points = result.lines.filter { $0.contains("succeeded") && $0.contains("m/") }
        #expect(points.count == 6 && points.filter { $0.contains("best") }.count == 1, "\(result.output)")
        let sweep = try await store.value(
            String.self,
            """
            with points as (select * from coppice.run_history where parent_run_id is not null),
                best as (select * from points order by (metrics->>'rmse')::float8 limit 1)
            select concat_ws(' ', s.status, s.params->>'max_depth', (select count(*) from points where status = 'FINISHED'),
                s.params->>'best_max_depth' = best.params->>'max_depth', s.metrics->'best_rmse' = best.metrics->'rmse',
                s.tags->>'coppice.best_run_id' = best.run_id,
                (select aliases from coppice.model_history v where v.run_id = best.run_id))
            from coppice.run_history s, best where s.parent_run_id is null
            """
        )
        #expect(sweep == "FINISHED 2,5,none 6 t t t {champion}")
        let artifacts = try await store.value(
            String.self,
            """
            select string_agg(a.path, ' ' order by a.path)
            from coppice.artifacts a join coppice.runs r using (run_no) where r.parent_run_no is null
            """
        )
        #expect(artifacts == "sweep.csv sweep.png sweep.svg")
        // Points may differ little: three digits would not tell them apart.
        let told = try await store.value(
            Double.self,
            """
            select abs(substring(l.message from 'best rmse ([0-9.]+) with')::float8 / m.value - 1)
            from coppice.job_log l join coppice.runs r using (job_id) join coppice.latest_metrics m using (run_no)
            where r.parent_run_no is null and m.key = 'best_rmse' and l.message like '%best rmse%'
            """
        )
        #expect(told < 1e-5)
        #expect(try await worker.outcome().status == 0)
    }

    @Test("Without waiting its job ids are printed, the one that sums up last; runs show parent and children")
    func listing() async throws {
        let store = try Store()
        let submitted = try await store.submit.run(Self.sweep)
        #expect(submitted.lines == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(try await store.worker.run("--drain").status == 0)

        let list = try await store.coppice.run("runs", "list", "--json").json()
        let runs = try #require(list["runs"] as? [[String: Any]])
        let parent = try #require(runs.first { $0["job_id"] as? Int == 7 }?["run_id"] as? String)
        #expect(runs.count { $0["parent_run_id"] as? String == parent } == 6)
        let shown = try await store.coppice.run("runs", "show", String(parent.prefix(8)))
        #expect(shown.lines.count { $0.contains("FINISHED") && $0.contains("rmse") } == 6, "\(shown.output)")
        #expect(try await store.coppice.run("jobs", "show", "7").output.contains("6 jobs, 1 to 6: 6 succeeded"))
        #expect(try await store.coppice.run("jobs", "show", "1").output.contains("job 7"))
    }

    @Test("As JSON: all jobs, the one that sums up last")
    func json() async throws {
        let store = try Store()
        let worker = try store.worker.start([])
        let result = try await store.submit.run(Self.sweep + ["--sample", "2", "--wait", "--json"])
        worker.signal(SIGTERM)
        let jobs = try #require(try result.json()["jobs"] as? [[String: Any]])

        #expect(jobs.map { $0["kind"] as? String } == ["train", "train", "sweep"])
        #expect(jobs.allSatisfy { $0["state"] as? String == "succeeded" })
        #expect((jobs[2]["metrics"] as? [String: Any])?["best_rmse"] is Double)
        #expect(try await worker.outcome().status == 0)
    }

    @Test("A sweep of which a point fails sums up the others, says so, and exits with 1")
    func failedPoint() async throws {
        let store = try Store()
        let waiting = try store.submit.start(["train", "--max-depth", "2,3,4", "--wait"])
        try await store.wait(until: "select count(*) = 4 from coppice.jobs")
        // Told something that no worker can read.
        try await store.execute("update coppice.jobs set spec = '{}' where job_id = 2")
        #expect(try await store.worker.run("--drain").status == 0)
        let result = try await waiting.outcome()

        #expect(result.status == 1)
        #expect(result.errors.contains("1 of 3 points"), "\(result.errors)")
        #expect(result.output.contains("best     "), "\(result.output)")
        let sweep = try await store.value(
            String.self,
            """
            select concat_ws(' ', status, metrics->>'points_succeeded', metrics->>'points_failed')
            from coppice.run_history where job_id = 4
            """
        )
        #expect(sweep == "FINISHED 2 1")
    }

    @Test("A sweep of which every point fails has failed, and so has its run")
    func allFailed() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--max-depth", "2,3")
        try await store.execute("update coppice.jobs set spec = '{}' where kind = 'train'")
        #expect(try await store.worker.run("--drain").status == 0)
        let sweep = try await store.value(
            String.self,
            "select concat_ws(' ', state, status) from coppice.job_history join coppice.run_history using (run_id) where kind = 'sweep'"
        )
        #expect(sweep == "failed FAILED")
    }

    @Test("A worker that is killed in the middle of a sweep costs the sweep nothing")
    func killedWorker() async throws {
        let store = try Store()
        _ = try await store.submit.run(
            "train",
            "--data",
            "digits",
            "--task",
            "regression",
            "--n-estimators",
            "100,400,600,800",
            "--register",
            "m"
        )
        let doomed = try store.worker.start(["--lease", "1s", "--name", "doomed", "--concurrency", "2"])
        try await store.wait(
            until: """
                select exists (select from coppice.finished_jobs) and exists (select from coppice.jobs where state = 'running')
                """
        )
        doomed.signal(SIGKILL)
        let survivor = try await store.worker.run("--drain", "--lease", "1s", "--name", "survivor")

        #expect(survivor.status == 0)
        let jobs = try await store.value(
            String.self,
            "select string_agg(distinct kind || ' ' || state, ', ') from coppice.job_history"
        )
        #expect(jobs == "sweep succeeded, train succeeded")
        let sweep = try await store.value(
            String.self,
            """
            select concat_ws(' ', s.status, s.metrics->>'points_succeeded',
                (select count(*) from coppice.run_history where parent_run_id = s.run_id and status = 'FINISHED'),
                (select count(*) from coppice.run_history where status = 'RUNNING'),
                (select string_agg(version::text, ',' order by version) from coppice.model_history))
            from coppice.run_history s where s.parent_run_id is null
            """
        )
        #expect(sweep == "FINISHED 4 4 0 1,2,3,4")
    }

    @Test("Cancelling the job that sums up cancels them all, also those that run, and whoever waits is told")
    func cancel() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--lease", "1s"])
        let waiting = try store.submit.start([
            "train", "--data", "digits", "--task", "regression", "--n-estimators", "3000,3001,3002", "--wait",
        ])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        #expect(try await store.coppice.run("jobs", "cancel", "4").output == "job 4: cancelled\n")
        let result = try await waiting.outcome()
        worker.signal(SIGTERM)

        #expect(result.status == 1)
        #expect(try await worker.outcome().status == 0)
        let states = try await store.value(
            String.self,
            "select string_agg(state::text, ' ') from coppice.job_history"
        )
        #expect(states == "cancelled cancelled cancelled cancelled")
        #expect(
            try await store.value(Int.self, "select count(*) from coppice.run_history where status <> 'KILLED'") == 0
        )
    }

    @Test("What is wrong with one value of a list is said before anything is queued")
    func badValue() async throws {
        let store = try Store()
        try await store.submit.run("train", "--max-depth", "5,deep")
            .expectError(status: 64, "--max-depth", "deep")
        try await store.submit.run("train", "--max-depth", "5", "--sample", "3")
            .expectError(status: 64, "--sample")
        #expect(try await store.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }
}
