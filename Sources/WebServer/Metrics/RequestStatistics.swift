internal import Prometheus
internal import Synchronization

/// What the server answered since it started.
final class RequestStatistics: Sendable {
    private struct Key: Hashable {
        let method: String
        let status: Int
    }

    private struct Counts {
        var answers: [Key: Int] = [:]
        var durations = Histogram(bounds: RequestStatistics.bounds)
    }

    /// Seconds: most answers take a moment, an upload hours.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]
    /// A client could make up methods without end.
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let counts = Mutex(Counts())

    func answered(_ method: String, _ status: Int, after duration: Duration) {
        let key = Key(method: Self.methods.contains(method) ? method : "other", status: status)
        counts.withLock { counts in
            counts.answers[key, default: 0] += 1
            counts.durations.observe(duration / .seconds(1))
        }
    }

    /// As metrics.
    var families: [MetricFamily] {
        let counts = counts.withLock { $0 }
        var answers = MetricFamily(
            "coppice_server_requests_total",
            .counter,
            help: "Requests that the server answered, by method and status."
        )
        for (key, count) in counts.answers.sorted(by: {
            ($0.key.status, $0.key.method) < ($1.key.status, $1.key.method)
        }) {
            answers.add(Double(count), ["method": key.method, "status": "\(key.status)"])
        }
        var durations = MetricFamily(
            "coppice_server_request_duration_seconds",
            .histogram,
            help: "How long requests took until their answer began."
        )
        durations.add(counts.durations)
        return [answers, durations]
    }
}
