import Foundation
import Postgres
import TestSupport
import Testing

/// One line of what Prometheus reads.
private struct Sample {
    let name: String
    let labels: [String: String]
    let value: Double
}

/// Reads the text format, and is strict about it: each family once, with its help and type before its samples.
private func parse(_ text: String) throws -> [Sample] {
    var (samples, families, helps) = ([Sample](), [String: String](), Set<String>())
    var family = ""
    #expect(text.hasSuffix("\n"))
    for line in text.split(separator: "\n") {
        if let match = line.wholeMatch(of: /# HELP ([a-z_]+) (.+)/) {
            family = String(match.1)
            #expect(helps.insert(family).inserted, "\(family) comes twice")
        } else if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
            #expect(match.1 == family)
            families[family] = String(match.2)
        } else {
            let match = try #require(line.wholeMatch(of: /([a-z_]+)(?:\{(.*)\})? (\S+)/), "\(line)")
            let name = String(match.1)
            let base = families[family] == "histogram" ? name.replacing(/_(bucket|sum|count)$/, with: "") : name
            #expect(base == family, "\(name) stands among \(family)")
            if families[family] == "counter" { #expect(name.hasSuffix("_total")) }
            var labels: [String: String] = [:]
            for pair in (match.2 ?? "").matches(of: /([a-z_]+)="((?:[^"\\]|\\.)*)"/) {
                labels[String(pair.1)] = String(pair.2)
            }
            let value = match.3 == "+Inf" ? Double.infinity : try #require(Double(match.3), "\(line)")
            samples.append(Sample(name: name, labels: labels, value: value))
        }
    }
    return samples
}

@Suite("Metrics of a worker", .database, .timeLimit(.minutes(10)))
struct MetricsTests {
    private func port(of worker: RunningProgram) async throws -> UInt16 {
        while true {
            if let match = try worker.errors.firstMatch(of: /"port":"(\d+)"/) { return try #require(UInt16(match.1)) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func scrape(_ port: UInt16) async throws -> [Sample] {
        let answer = try await RawClient.exchange(port: port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"))
        return try parse(String(try #require(answer.split(separator: "\r\n\r\n", maxSplits: 1).last)))
    }

    @Test("A scrape tells what the worker did and how full the queues are")
    func story() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--n-estimators", "2", "--queue", "night", "--delay", "1h")
        _ = try await store.submit.run("train", "--n-estimators", "2")
        let worker = try store.worker.start(["--metrics-port", "0", "--log-format", "json", "--concurrency", "3"])
        let port = try await port(of: worker)
        // The run ends before the worker counts it.
        try await store.wait(until: "select count(*) = 1 from coppice.finished_jobs")
        while try !worker.errors.contains("job ended") { try await Task.sleep(for: .milliseconds(10)) }
        let samples = try await scrape(port)
        func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
            samples.first { sample in
                sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
            }?.value
        }

        #expect(value("coppice_build_info").map { $0 == 1 } == true)
        #expect(value("coppice_store_up") == 1)
        #expect(value("coppice_jobs", ["queue": "night", "state": "scheduled"]) == 1)
        #expect(value("coppice_jobs", ["queue": "default", "state": "running"]) == 0)
        #expect(value("coppice_queue_oldest_claimable_age_seconds", ["queue": "default"]) == 0)
        #expect(value("coppice_queue_paused", ["queue": "night"]) == 0)
        #expect(value("coppice_worker_concurrency") == 3)
        #expect(value("coppice_worker_running_jobs") == 0)
        #expect(value("coppice_worker_claimed_jobs_total") == 1)
        #expect(value("coppice_worker_attempts_total", ["kind": "train", "outcome": "succeeded"]) == 1)
        #expect(value("coppice_worker_attempts_total", ["kind": "train", "outcome": "failed"]) == 0)
        #expect(value("coppice_worker_attempts_total", ["kind": "predict", "outcome": "succeeded"]) == 0)
        #expect(value("coppice_worker_leases_lost_total") == 0)
        #expect(value("coppice_worker_attempt_duration_seconds_count", ["kind": "train"]) == 1)
        #expect(value("coppice_worker_attempt_duration_seconds_bucket", ["kind": "train", "le": "+Inf"]) == 1)
        let started = try #require(value("process_start_time_seconds"))
        #expect(abs(started - Date().timeIntervalSince1970) < 3600)

        worker.signal(SIGTERM)
        let outcome = try await worker.outcome()
        #expect(outcome.status == 0)
        try checkLog(outcome.errors)
    }

    /// Each line of the log is an object; those about a job carry its ids as fields.
    private func checkLog(_ log: String) throws {
        var ofJob = 0
        for line in log.split(separator: "\n") {
            let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
            #expect(fields["time"] != nil && fields["level"] != nil)
            guard fields["message"]?.hasPrefix("job ") == true else { continue }
            ofJob += 1
            #expect(fields["job.id"] == "2" && fields["job.attempt"] == "1")
            #expect(fields["run.id"]?.count == 32)
        }
        #expect(ofJob == 2)
    }

    @Test("A job that fails and one that is lost are counted")
    func failures() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--n-estimators", "3000", "--data", "digits", "--task", "regression")
        let doomed = try store.worker.start(["--lease", "1s"])
        try await store.wait(until: "select count(*) = 1 from coppice.jobs where state = 'running'")
        doomed.signal(SIGKILL)
        try await store.execute("update coppice.jobs set spec = '{}'")
        let worker = try store.worker.start(["--metrics-port", "0", "--log-format", "json", "--lease", "1s"])
        let port = try await port(of: worker)
        while try !worker.errors.contains("job ended") { try await Task.sleep(for: .milliseconds(10)) }
        let samples = try await scrape(port)
        #expect(samples.contains { $0.name == "coppice_worker_leases_rescued_total" && $0.value == 1 })
        #expect(
            samples.contains {
                $0.name == "coppice_worker_attempts_total" && $0.labels == ["kind": "train", "outcome": "failed"]
                    && $0.value == 1
            }
        )
    }

    @Test("A port that is taken, or that is none, is refused before the worker starts")
    func wrongPort() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--metrics-port", "0", "--log-format", "json"])
        let port = try await port(of: worker)
        try await store.worker.run("--metrics-port", "\(port)").expectError(status: 64, "\(port)", "another port")
        try await store.worker.run("--metrics-port", "70000").expectError(status: 64, "--metrics-port", "70000")
    }
}
