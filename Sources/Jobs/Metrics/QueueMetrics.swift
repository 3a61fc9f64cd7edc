public import Prometheus

/// How full the queues are, for a scraper.
///
/// They are looked at once in a while however often it asks: counting a million jobs takes a moment.
public actor QueueMetrics {
    private let queues: QueueStore
    private let cacheTime: Duration
    private var cached: (families: [MetricFamily], until: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - queues: on a pool that jobs do not keep busy.
    ///   - cacheTime: how old what is told may be.
    public init(_ queues: QueueStore, cacheTime: Duration = .seconds(5)) {
        self.queues = queues
        self.cacheTime = cacheTime
    }

    /// Whether the database answers, and what it says of the queues.
    public func families() async -> [MetricFamily] {
        if let cached, .now < cached.until { return cached.families }
        let found = try? await queues.list(limit: Self.queueLimit)
        var up = MetricFamily("coppice_store_up", .gauge, help: "1 if the database answered.")
        up.add(found == nil ? 0 : 1)
        let families = [up] + QueueSummary.families(of: found ?? [])
        cached = (families, .now + cacheTime)
        return families
    }

    /// Whoever has more queues than this does not want a metric for each.
    private static let queueLimit = 1000
}
