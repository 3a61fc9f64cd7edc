import Foundation
import Postgres
import TestSupport
import Testing

/// What keeps a queue in order over the months, as an operator types it.
@Suite("Operating the queue", .database, .timeLimit(.minutes(10)))
struct OperatorTests {
    @Test("Pruning says what would go, then removes it, and leaves runs and models")
    func prune() async throws {
        let store = try Store()
        for _ in 0..<2 { _ = try await store.submit.run("train", "--n-estimators", "2", "--register", "m") }
        #expect(try await store.worker.run("--drain").status == 0)
        try await store.execute(
            """
            with old as (
                update coppice.finished_jobs set finished_at = now() - interval '31 days' where job_id = 1 returning job_id
            )
            update coppice.job_tokens t set created_at = now() - interval '32 days' from old where t.job_id = old.job_id
            """
        )
        let preview = try await store.coppice.run("jobs", "prune", "--older-than", "30d", "--dry-run", "--json").json()
        #expect(preview["dry_run"] as? Bool == true && preview["jobs"] as? Int == 1)
        #expect(try await store.value(Int.self, "select count(*) from coppice.job_history") == 2)

        let pruned = try await store.coppice.run("jobs", "prune", "--older-than", "30d")
        #expect(pruned.status == 0, "\(pruned.errors)")
        #expect(pruned.lines.contains { $0.hasPrefix("jobs") && $0.hasSuffix(" 1") }, "\(pruned.output)")
        #expect(try await store.value(Int.self, "select count(*) from coppice.job_history") == 1)
        #expect(try await store.value(Int.self, "select count(*) from coppice.run_history") == 2)
        #expect(try await store.value(Int.self, "select count(*) from coppice.model_history") == 2)
    }

    @Test("A job that is given a higher priority is done first")
    func priority() async throws {
        let store = try Store()
        for _ in 0..<2 { _ = try await store.submit.run("train", "--n-estimators", "2") }
        #expect(try await store.coppice.run("jobs", "priority", "2", "10").lines == ["job 2: priority 10"])
        #expect(try await store.worker.run("--max-jobs", "1").status == 0)
        #expect(try await store.value(Int64.self, "select job_id from coppice.finished_jobs") == 2)
        #expect(
            try await store.coppice.run("jobs", "priority", "2", "1").lines == ["job 2: left alone, it is succeeded"]
        )
        try await store.coppice.run("jobs", "priority", "1", "40000").expectError(status: 64, "40000", "-32768")
        try await store.coppice.run("jobs", "priority", "99", "1").expectError(status: 64, "job 99")
    }

    @Test("How fast priorities age is shown and set")
    func ageing() async throws {
        let store = try Store()
        #expect(try await store.coppice.run("queues", "ageing").output.contains(" 10m "))
        #expect(try await store.coppice.run("queues", "ageing", "1h30m").output.contains(" 1h30m "))
        #expect(try await store.coppice.run("queues", "ageing").output.contains(" 1h30m "))
        try await store.coppice.run("queues", "ageing", "0s").expectError(status: 64, "1s to 1000d")
    }

    @Test("Queues with weights share a worker; a queue that names none is refused")
    func weights() async throws {
        let store = try Store()
        for _ in 0..<3 {
            _ = try await store.submit.run("train", "--n-estimators", "2", "--queue", "often", "--priority", "9")
            _ = try await store.submit.run("train", "--n-estimators", "2", "--queue", "seldom")
        }
        #expect(try await store.worker.run("--queues", "often=2,seldom=1", "--max-jobs", "3").status == 0)
        let done = try await store.value(
            String.self,
            "select string_agg(queue, ' ' order by queue) from coppice.finished_jobs"
        )
        #expect(done == "often often seldom")
        try await store.worker.run("--queues", "a=0").expectError(status: 64, "--queues", "a=0")
    }
}
