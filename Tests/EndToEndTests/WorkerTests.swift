import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Workers as processes", .database, .timeLimit(.minutes(10)))
struct WorkerTests {
    /// A training job that takes a while.
    private static func long(trees: Int) -> [String] {
        ["train", "--data", "digits", "--task", "regression", "--n-estimators", String(trees)]
    }

    @Test("A job whose worker is killed is done by another, once")
    func killedWorker() async throws {
        let store = try Store()
        _ = try await store.submit.run(Self.long(trees: 100) + ["--register", "m"])
        // On a busy machine it could be done before anybody sees it run.
        let lock = try await HeldLock("model_versions", in: store)
        let doomed = try store.worker.start(["--lease", "1s", "--name", "doomed"])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        doomed.signal(SIGKILL)
        await lock.release()
        let survivor = try await store.worker.run("--drain", "--lease", "1s", "--name", "survivor")

        #expect(survivor.status == 0)
        let attempts = try await store.value(
            String.self,
            """
            select string_agg(concat_ws(' ', w.name, a.outcome, r.status), '; ' order by a.attempt)
            from coppice.attempts a join coppice.workers w using (worker_id) join coppice.runs r using (run_no)
            """
        )
        #expect(attempts == "doomed lost KILLED; survivor succeeded FINISHED")
        #expect(try await store.value(Int.self, "select count(*) from coppice.model_history") == 1)
        #expect(try await store.value(Int.self, "select count(distinct run_no) from coppice.artifacts") == 1)
    }

    @Test("A worker that slept past its lease wakes up and publishes nothing")
    func zombie() async throws {
        let store = try Store()
        _ = try await store.submit.run(Self.long(trees: 100) + ["--register", "m"])
        let lock = try await HeldLock("model_versions", in: store)
        let zombie = try store.worker.start(["--lease", "1s", "--name", "zombie", "--max-jobs", "1"])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        zombie.signal(SIGSTOP)
        await lock.release()
        let survivor = try await store.worker.run("--drain", "--lease", "1s", "--name", "survivor")
        zombie.signal(SIGCONT)
        let woken = try await zombie.outcome()

        #expect(survivor.status == 0 && woken.status == 0)
        #expect(woken.errors.contains("outcome=lost"), "\(woken.errors)")
        let attempts = try await store.value(
            String.self,
            """
            select string_agg(concat_ws(' ', w.name, a.outcome, r.status, count), '; ' order by a.attempt)
            from coppice.attempts a join coppice.workers w using (worker_id) join coppice.runs r using (run_no)
            cross join lateral (select count(*) from coppice.artifacts f where f.run_no = r.run_no) files
            """
        )
        #expect(attempts == "zombie lost KILLED 0; survivor succeeded FINISHED 18")
        #expect(try await store.value(Int.self, "select count(*) from coppice.model_history") == 1)
    }

    @Test("A second signal hands the job back at once, and the worker ends in good order")
    func secondSignal() async throws {
        let store = try Store()
        _ = try await store.submit.run(Self.long(trees: 3000))
        let worker = try store.worker.start([])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        worker.signal(SIGTERM)
        // The first signal has to be seen before the second one, or they are one.
        while try !worker.errors.contains("stopping") { try await Task.sleep(for: .milliseconds(10)) }
        worker.signal(SIGTERM)

        #expect(try await worker.outcome().status == 0)
        let job = try await store.value(
            String.self,
            "select concat_ws(' ', state, attempt, failures, losses) from coppice.jobs"
        )
        #expect(job == "queued 1 0 0")
        #expect(
            try await store.value(Int.self, "select count(*) from coppice.workers where stopped_at is not null") == 1
        )
    }

    @Test("A running job that is cancelled from the shell stops, and whoever waits for it is told")
    func cancel() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--lease", "1s"])
        let waiting = try store.submit.start(Self.long(trees: 3000) + ["--wait"])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        #expect(try await store.coppice.run("jobs", "cancel", "1").status == 0)
        let result = try await waiting.outcome()

        #expect(result.status == 1)
        #expect(result.errors.contains("cancelled"), "\(result.errors)")
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().status == 0)
    }

    @Test("Giving up to wait leaves the job and exits with 75")
    func waitTimeout() async throws {
        let store = try Store()
        let result = try await store.submit.run("train", "--wait", "--wait-timeout", "100ms")
        #expect(result.status == 75)
        #expect(try await store.value(String.self, "select state::text from coppice.jobs") == "queued")
    }

    @Test("Two workers share the jobs, and versions have no gaps")
    func twoWorkers() async throws {
        let store = try Store()
        for _ in 0..<8 { _ = try await store.submit.run("train", "--n-estimators", "5", "--register", "m") }
        async let first = store.worker.run("--drain", "--concurrency", "2")
        async let second = store.worker.run("--drain", "--concurrency", "2")
        #expect(try await (first.status, second.status) == (0, 0))
        let versions = try await store.value(
            String.self,
            "select string_agg(version::text, ' ' order by version) from coppice.model_history"
        )
        #expect(versions == "1 2 3 4 5 6 7 8")
    }

    @Test("Artifacts can be kept in a folder")
    func folder() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-artifacts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(["COPPICE_ARTIFACT_ROOT": "file://\(folder.path)"])
        _ = try await store.submit.run("train", "--n-estimators", "3")
        #expect(try await store.worker.run("--drain").status == 0)
        let predicted = try await store.submit.run("predict", "--model", "job:1", "--rows", "0..<3")
        #expect(predicted.status == 0, "\(predicted.errors)")
        #expect(try await store.worker.run("--drain").status == 0)

        #expect(try await store.value(Int.self, "select count(*) from coppice.prediction_history") == 3)
        #expect(try await store.value(Int.self, "select count(*) from coppice.blob_chunks") == 0)
    }

    @Test("A CSV file that was submitted here is read by a worker elsewhere")
    func uploadedFile() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-csv-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rows = (0..<40).map { "\($0),\($0 % 7),\(Double($0) * 1.5)" }
        let file = folder.appending(path: "houses.csv")
        try Data(("rooms,age,price\n" + rows.joined(separator: "\n")).utf8).write(to: file)
        let store = try Store()
        #expect(try await store.submit.run("train", "--data", file.path, "--target", "price").status == 0)
        try FileManager.default.removeItem(at: file)
        #expect(try await store.worker.run("--drain").status == 0)

        let run = try await store.value(
            String.self,
            "select concat_ws(' ', status, dataset, length(dataset_digest)) from coppice.run_history"
        )
        #expect(run == "FINISHED houses.csv 32")
    }
}
