import Foundation
import Postgres
import TestSupport
import Testing

/// The programs with the rights of the roles that operators grant.
@Suite("Roles", .database, .timeLimit(.minutes(10)))
struct RoleTests {
    /// Programs whose every statement is executed with a role's rights.
    private func store(as role: String) throws -> Store {
        let database = try testDatabase()
        let separator = database.url.contains("?") ? "&" : "?"
        return try Store(url: "\(database.url)\(separator)options=-c%20role%3D\(role)")
    }

    @Test("A submitter queues, follows, schedules and cancels; a worker does the jobs and fires the schedule")
    func story() async throws {
        let (submitter, worker) = (try store(as: "coppice_submitter"), try store(as: "coppice_worker"))
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-roles-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "houses.csv").path
        let rows = (0..<40).map { "\($0),\($0 % 7),\(Double($0) * 1.5)" }
        try Data(("rooms,age,price\n" + rows.joined(separator: "\n")).utf8).write(to: URL(filePath: file))

        let running = try worker.worker.start(["--queues", "default=2,night=1"])
        let trained = try await submitter.submit.run(
            "train",
            "--data",
            file,
            "--n-estimators",
            "3",
            "--register",
            "m",
            "--experiment",
            "new",
            "--wait"
        )
        #expect(trained.status == 0, "\(trained.errors)")
        let predicted = try await submitter.submit.run(
            "predict",
            "--model",
            "models:/m/1",
            "--data",
            file,
            "--rows",
            "0..<2",
            "--wait"
        )
        #expect(predicted.status == 0 && predicted.lines.count == 2, "\(predicted.errors)")
        for arguments in [
            ["schedules", "add", "n", "--cron", "@hourly", "--", "train", "--n-estimators", "2", "--queue", "night"],
            ["schedules", "list"], ["jobs", "list"], ["jobs", "show", "1"], ["jobs", "logs", "1"], ["queues", "list"],
            ["runs", "list"], ["models", "list"], ["jobs", "priority", "1", "3"],
        ] {
            let outcome = try await submitter.coppice.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }

        let plain = try Store()
        try await plain.execute("update coppice.schedules set next_tick = next_tick - interval '1 hour'")
        try await plain.wait(
            until: "select count(*) = 1 from coppice.job_history where queue = 'night' and state = 'succeeded'"
        )
        running.signal(SIGTERM)
        #expect(try await running.outcome().status == 0)

        _ = try await submitter.submit.run("train")
        #expect(try await submitter.coppice.run("jobs", "cancel", "4").lines == ["job 4: cancelled"])
    }

    @Test(
        "A submitter reads no tokens and no machines of workers, and writes no table of jobs",
        arguments: [
            "select from coppice.job_tokens", "select host from coppice.workers", "select from coppice.finished_jobs_0",
            "delete from coppice.jobs", "update coppice.jobs set priority = 1",
            "insert into coppice.runs (experiment_id) values (0)",
            "delete from coppice.finished_jobs", "select coppice.drop_history_partition(now())",
            "select coppice.set_priority_step('1 day')", "select coppice.fire_schedule(1, now(), '{}', 0, now())",
        ]
    )
    func submitterMay(not statement: String) async throws {
        let error = try await #require(throws: PostgresError.self) {
            try await testDatabase().connect().withTransaction { session in
                try session.execute("set local role coppice_submitter")
                try session.executeScript(unsafeRaw: statement)
            }
        }
        #expect(error.sqlState?.rawValue == "42501", "\(error)")
    }
}
