public import Prometheus
internal import Synchronization

/// What a worker did since it started.
public final class WorkerStatistics: Sendable {
    private struct Key: Hashable {
        let kind: String
        let outcome: AttemptOutcome
    }

    private struct Counts {
        var claimed = 0
        var claimErrors = 0
        var rescued = 0
        var scheduled = 0
        var attempts: [Key: Int] = [:]
        var durations: [String: Histogram] = [:]
    }

    /// Seconds: jobs take moments or hours.
    private static let bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600]

    private let kinds: [String]
    private let counts = Mutex(Counts())

    /// - Parameter kinds: the jobs it knows; their counters begin at 0 instead of being absent.
    init(kinds: [String]) {
        self.kinds = kinds.sorted()
    }

    func claimed(_ count: Int) { counts.withLock { $0.claimed += count } }
    func claimFailed() { counts.withLock { $0.claimErrors += 1 } }
    func rescued(_ count: Int) { counts.withLock { $0.rescued += count } }
    func scheduled(_ count: Int) { counts.withLock { $0.scheduled += count } }

    func ended(_ kind: String, _ outcome: AttemptOutcome, after duration: Duration) {
        counts.withLock { counts in
            counts.attempts[Key(kind: kind, outcome: outcome), default: 0] += 1
            counts.durations[kind, default: Histogram(bounds: Self.bounds)].observe(duration / .seconds(1))
        }
    }

    /// As metrics.
    public var families: [MetricFamily] {
        let counts = counts.withLock { $0 }
        var claimed = MetricFamily(
            "coppice_worker_claimed_jobs_total",
            .counter,
            help: "Jobs that this worker claimed."
        )
        claimed.add(Double(counts.claimed))
        var errors = MetricFamily("coppice_worker_claim_errors_total", .counter, help: "Claims that failed.")
        errors.add(Double(counts.claimErrors))
        var attempts = MetricFamily(
            "coppice_worker_attempts_total",
            .counter,
            help: "Attempts at jobs that ended here, by kind of job and outcome; one that failed may be tried again."
        )
        var durations = MetricFamily(
            "coppice_worker_attempt_duration_seconds",
            .histogram,
            help: "How long attempts at jobs took, by kind of job."
        )
        for kind in Set(kinds).union(counts.durations.keys).sorted() {
            for outcome in AttemptOutcome.allCases {
                let count = counts.attempts[Key(kind: kind, outcome: outcome)] ?? 0
                attempts.add(Double(count), ["kind": kind, "outcome": outcome.rawValue])
            }
            durations.add(counts.durations[kind] ?? Histogram(bounds: Self.bounds), ["kind": kind])
        }
        var lost = MetricFamily(
            "coppice_worker_leases_lost_total",
            .counter,
            help: "Leases of this worker that ran out or were taken away while it worked."
        )
        lost.add(Double(counts.attempts.reduce(0) { $0 + ($1.key.outcome == .lost ? $1.value : 0) }))
        var rescued = MetricFamily(
            "coppice_worker_leases_rescued_total",
            .counter,
            help: "Jobs of lost workers that this worker handed back to their queues."
        )
        rescued.add(Double(counts.rescued))
        var scheduled = MetricFamily(
            "coppice_worker_scheduled_jobs_total",
            .counter,
            help: "Jobs that this worker queued for schedules."
        )
        scheduled.add(Double(counts.scheduled))
        return [claimed, errors, attempts, durations, lost, rescued, scheduled]
    }
}
