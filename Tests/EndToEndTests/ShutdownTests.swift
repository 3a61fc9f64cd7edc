import Foundation
import Postgres
import TestSupport
import Testing

@Suite("A worker that is told to stop", .database, .timeLimit(.minutes(10)))
struct ShutdownTests {
    @Test("while it waits for a database that does not answer, ends at once", arguments: [SIGTERM, SIGINT])
    func start(signal: Int32) async throws {
        let silent = try SilentServer()
        // It must wait for longer than this test may take to come back on a busy machine.
        let url = "postgresql://nobody@127.0.0.1:\(silent.port)/nothing?sslmode=disable&connect_timeout=3600"
        let worker = try Program(name: "worker", environment: ["DATABASE_URL": url]).start([])
        try await silent.waitForClient()
        worker.signal(signal)
        let outcome = try await worker.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.errors == "stopped before it had begun\n")
    }

    @Test("while its claim hangs, ends when the grace is over, or at a second signal", arguments: [1, 2])
    func claim(signals: Int) async throws {
        let store = try Store()
        let lock = try await HeldLock("jobs", in: store)
        let worker = try store.worker.start(["--grace", signals == 1 ? "1s" : "1h"])
        try await store.waitUntilBlocked("coppice worker", by: "claim_jobs")
        worker.signal(SIGTERM)
        if signals == 2 {
            while try !worker.errors.contains("stopping") { try await Task.sleep(for: .milliseconds(10)) }
            worker.signal(SIGTERM)
        }
        let outcome = try await worker.outcome()
        await lock.release()
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("worker stopped"), "\(outcome.errors)")
    }

    @Test("while it publishes, publishes, and ends")
    func finishing() async throws {
        let store = try Store()
        let lock = try await HeldLock("model_versions", in: store)
        _ = try await store.submit.run("train", "--n-estimators", "2", "--register", "m")
        let worker = try store.worker.start(["--grace", "1h"])
        try await store.waitUntilBlocked("coppice worker", by: "model_versions")
        worker.signal(SIGTERM)
        while try !worker.errors.contains("stopping") { try await Task.sleep(for: .milliseconds(10)) }
        await lock.release()
        #expect(try await worker.outcome().status == 0)
        #expect(try await store.value(String.self, "select state::text from coppice.job_history") == "succeeded")
        #expect(try await store.value(Int.self, "select count(*) from coppice.model_history") == 1)
    }

    @Test("while it cannot publish, hands the job back at a second signal, and publishes nothing")
    func stuckFinish() async throws {
        let store = try Store()
        let lock = try await HeldLock("model_versions", in: store)
        _ = try await store.submit.run("train", "--n-estimators", "2", "--register", "m")
        let worker = try store.worker.start(["--grace", "1h"])
        try await store.waitUntilBlocked("coppice worker", by: "model_versions")
        worker.signal(SIGTERM)
        while try !worker.errors.contains("stopping") { try await Task.sleep(for: .milliseconds(10)) }
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().status == 0)
        let job = try await store.value(
            String.self,
            """
            select concat_ws(' ', j.state, j.failures, j.losses, a.outcome, r.status)
            from coppice.jobs j join coppice.attempts a using (job_id) join coppice.runs r on r.run_no = a.run_no
            """
        )
        #expect(job == "queued 0 0 released KILLED")
        await lock.release()
        #expect(try await store.worker.run("--drain").status == 0)
        #expect(
            try await store.value(String.self, "select string_agg(version::text, ' ') from coppice.model_history")
                == "1"
        )
    }
}

/// Accepts connections and never says a word.
private struct SilentServer {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, isListening) = (
            descriptor,
            withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
        )
        try #require(isListening && descriptor >= 0)
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Waits until somebody has connected.
    func waitForClient() async throws {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
}
