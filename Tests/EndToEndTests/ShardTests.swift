import Foundation
import Postgres
import TestSupport
import Testing

@Suite("A forest in shards", .database, .timeLimit(.minutes(10)))
struct ShardTests {
    /// How many different model files there are, and how many in all.
    private static func models(_ store: Store) async throws -> String {
        try await store.value(
            String.self,
            """
            select concat_ws(' of ', count(distinct a.digest), count(*))
            from coppice.artifacts a where a.path = 'model/model.onnx'
            """
        )
    }

    @Test(
        "The model is bit for bit the one that is trained whole, and so is all that was measured",
        arguments: [
            ["--data", "diabetes", "--oob-score", "--max-features", "0.5"],
            ["--data", "iris", "--oob-score"],
            ["--data", "diabetes", "--splitter", "hist"],
        ]
    )
    func identity(options: [String]) async throws {
        let store = try Store()
        let train = ["train", "--n-estimators", "11", "--random-state", "5", "--split-seed", "2"] + options
        let whole = try await store.submit.run(train)
        let sharded = try await store.submit.run(train + ["--shards", "3", "--register", "m"])
        #expect(whole.lines == ["1"] && sharded.lines == ["2", "3", "4", "5"], "\(sharded.errors)")
        async let first = store.worker.run("--drain")
        async let second = store.worker.run("--drain")
        #expect(try await (first.status, second.status) == (0, 0))

        #expect(try await Self.models(store) == "1 of 2")
        let metrics = try await store.value(
            Int.self,
            "select count(distinct metrics) from coppice.run_history where job_id in (1, 5)"
        )
        #expect(metrics == 1)
        let versions = try await store.value(
            String.self,
            "select string_agg(concat_ws(' ', version, job_id), ', ') from coppice.model_history"
        )
        #expect(versions == "1 5")
    }

    @Test("Its run is the only one with artifacts, the trees on their way are gone, and it can be reproduced")
    func traces() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--concurrency", "2"])
        let trained = try await store.submit.run("train", "--n-estimators", "20", "--shards", "4", "--wait")
        worker.signal(SIGTERM)

        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("of 4 shards done"), "\(trained.errors)")
        #expect(trained.output.contains("rmse"))
        let traces = try await store.value(
            String.self,
            """
            select concat_ws(' ',
                (select string_agg(distinct r.job_id::text, ',') from coppice.artifacts join coppice.runs r using (run_no)),
                (select count(*) from coppice.job_blobs),
                (select count(*) from coppice.run_history where parent_run_id is not null and status = 'FINISHED'))
            """
        )
        #expect(traces == "5 0 4")
        let run = try await store.value(String.self, "select run_id from coppice.run_history where job_id = 5")
        let reproduced = try await store.coppice.run("runs", "reproduce", run)
        #expect(reproduced.status == 0, "\(reproduced.errors)")
        #expect(try await worker.outcome().status == 0)
    }

    @Test("A worker that is killed in the middle of a shard costs that shard an attempt, and the forest nothing")
    func killedWorker() async throws {
        let store = try Store()
        _ = try await store.submit.run(
            "train",
            "--data",
            "digits",
            "--task",
            "regression",
            "--n-estimators",
            "600",
            "--shards",
            "3",
            "--register",
            "m"
        )
        // The first shard is published, and the second one waits for that as long as the test wants: on a busy machine all
        // could be done before anybody sees one run.
        try await store.execute("create table coppice.gate ()")
        try await store.execute(
            """
            create function public.wait_at_gate() returns trigger language plpgsql as $$
            begin
                if exists (select from coppice.finished_jobs) then
                    lock table coppice.gate in share mode;
                end if;
                return new;
            end $$
            """
        )
        try await store.execute(
            "create trigger gate before insert on coppice.job_blobs for each row execute function public.wait_at_gate()"
        )
        let gate = try await HeldLock("gate", in: store)
        let doomed = try store.worker.start(["--lease", "30s", "--name", "doomed"])
        try await store.waitUntilBlocked("coppice worker", by: "job_blobs")
        doomed.signal(SIGKILL)
        await gate.release()
        try await store.execute("update coppice.jobs set lease_until = now() where state = 'running'")
        let survivor = try await store.worker.run("--drain", "--lease", "1s", "--name", "survivor")

        #expect(survivor.status == 0)
        let outcome = try await store.value(
            String.self,
            """
            select concat_ws(' ', string_agg(distinct state::text, ','), sum(losses) > 0,
                (select count(*) from coppice.model_history))
            from coppice.job_history
            """
        )
        #expect(outcome == "succeeded t 1")
    }

    @Test("A shard that fails for good fails the whole, which says so; retrying the whole retries it")
    func failedShard() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--n-estimators", "6", "--shards", "2")
        let spec = try await store.value(String.self, "select spec::text from coppice.jobs where job_id = 2")
        try await store.execute("update coppice.jobs set spec = '{}' where job_id = 2")
        #expect(try await store.worker.run("--drain").status == 0)
        let failed = try await store.value(
            String.self,
            "select concat_ws(' ', state, error) from coppice.job_history where job_id = 3"
        )
        #expect(failed.hasPrefix("failed job 2, which grew"), "\(failed)")

        try await store.execute("update coppice.finished_jobs set spec = \(spec)::jsonb where job_id = 2")
        #expect(try await store.coppice.run("jobs", "retry", "3").status == 0)
        #expect(try await store.worker.run("--drain").status == 0)
        let states = try await store.value(
            String.self,
            "select string_agg(state::text, ' ' order by job_id) from coppice.job_history"
        )
        #expect(states == "succeeded succeeded succeeded")
    }

    @Test("Trees that are not there any more are grown by the job that puts the forest together")
    func lostTrees() async throws {
        let store = try Store()
        let train = ["train", "--n-estimators", "9", "--random-state", "5", "--split-seed", "2"]
        _ = try await store.submit.run(train)
        _ = try await store.submit.run(train + ["--shards", "3"])
        #expect(try await store.worker.run("--max-jobs", "4").status == 0)
        try await store.execute("delete from coppice.job_blobs where job_id = 3")
        #expect(try await store.worker.run("--drain").status == 0)
        #expect(try await Self.models(store) == "1 of 2")
    }

    @Test("Cancelling the whole cancels its shards")
    func cancel() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--lease", "1s"])
        let waiting = try store.submit.start([
            "train", "--data", "digits", "--task", "regression", "--n-estimators", "9000", "--shards", "3", "--wait",
        ])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        #expect(try await store.coppice.run("jobs", "cancel", "4").status == 0)
        #expect(try await waiting.outcome().status == 1)
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().status == 0)
        let states = try await store.value(
            String.self,
            "select string_agg(distinct state::text, ' ') from coppice.job_history"
        )
        #expect(states == "cancelled")
    }

    @Test("More shards than trees, none, and shards of a sweep are refused")
    func refused() async throws {
        let store = try Store()
        try await store.submit.run("train", "--n-estimators", "3", "--shards", "4").expectError(
            status: 64,
            "--shards",
            "3"
        )
        try await store.submit.run("train", "--shards", "0").expectError(status: 64, "--shards")
        try await store.submit.run("train", "--max-depth", "1,2", "--shards", "2").expectError(status: 64, "--shards")
    }
}
