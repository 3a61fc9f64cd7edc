import Foundation
import Jobs
import Postgres
import Testing

@testable import ChaosSupport
@testable import LocalPostgres

@Suite("Failover to a synchronous standby", .timeLimit(.minutes(10)))
struct FailoverTests {
    private static let worker = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "worker")

    @Test("Workers and submitters that know both servers find the new primary; nothing acknowledged is lost")
    func promotion() async throws {
        let findings = try await ChaosHome.with { home in
            let primary = try await ChaosServer(home: home.appending(path: "server").path)
            let standby = try await StandbyServer(of: primary, in: home)
            var both = primary.configuration
            both["host"] = "\(primary.configuration["host"] ?? ""),\(standby.configuration["host"] ?? "")"
            both["port"] = "5432,5432"
            both["target_session_attrs"] = "read-write"

            let logs = home.appending(path: "logs")
            try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
            let workers = try (0..<2).map { index in
                try WorkerProcess(
                    Self.worker,
                    name: "worker-\(index)",
                    arguments: ["--lease", "2s", "--threads", "1"],
                    environment: ["DATABASE_URL": both.uri],
                    log: logs.appending(path: "worker-\(index).log")
                )
            }
            defer { for worker in workers { worker.signal(SIGKILL) } }

            let ledger = Ledger()
            both.connectRetryLimit = .seconds(60)
            let pool = PostgresPool(both, size: 2)
            let order = try JobMix.base()
            ledger.enter([order.entry])
            _ = try await JobStore(pool: pool).submit([order.job])
            ledger.acknowledge([order.entry.token])
            while try await pool.withSession({ session in
                try session.execute("select count(*) from coppice.finished_jobs")[0].int(0)
            }) == 0 {}

            // The primary dies in the middle of this, and everything after it goes to the other one.
            async let submitted: Void = Submitter(pool: pool, ledger: ledger, count: 60, backlog: 1000)
                .run(using: SeededRandom(seed: 3)) { 0 }
            while ledger.acknowledgedCount < 15 { try await Task.sleep(for: .milliseconds(1)) }
            try await primary.crash()
            try await standby.promote()
            try await submitted
            while try await standby.count("select count(*) from coppice.jobs") > 0 {
                try await Task.sleep(for: .milliseconds(50))
            }
            for worker in workers { worker.signal(SIGTERM) }
            for worker in workers { #expect(await worker.exitStatus() == 0) }
            await pool.close()
            return try await standby.connection.withSession { session in
                try ledger.store(in: session)
                return try Invariant.all.map { try $0.check(in: session) }
            }
        }
        #expect(findings.flatMap(\.violations) == [])
        #expect(findings[0].checked >= 15)
    }
}
