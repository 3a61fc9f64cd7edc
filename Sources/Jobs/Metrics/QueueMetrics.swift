public import Prometheus

/// How full the queues are, for a scraper.
///
/// They are looked at once in a while however often it asks: counting a million jobs takes a moment. A database that does
/// not answer keeps nobody waiting for long: that is when metrics are needed.
public actor QueueMetrics {
    private let queues: QueueStore
    private let cacheTime: Duration
    private let patience: Duration
    private var cached: (families: [MetricFamily], until: ContinuousClock.Instant)?
    /// Opens when the look that is under way is done.
    private var look: Latch?

    /// - Parameters:
    ///   - queues: on a pool that jobs do not keep busy.
    ///   - cacheTime: how old what is told may be.
    ///   - patience: how long a scraper waits for the database; then it does not answer.
    public init(_ queues: QueueStore, cacheTime: Duration = .seconds(5), patience: Duration = .seconds(3)) {
        self.queues = queues
        self.cacheTime = cacheTime
        self.patience = patience
    }

    /// Whether the database answers, and what it says of the queues.
    public func families() async -> [MetricFamily] {
        if let cached, .now < cached.until { return cached.families }
        let look = look ?? begin()
        await withTaskGroup { [patience] group in
            group.addTask { await look.wait() }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
        let isDone = self.look !== look
        return isDone ? cached?.families ?? Self.families(nil) : Self.families(nil)
    }

    private func begin() -> Latch {
        let latch = Latch()
        look = latch
        Task {
            let families = Self.families(try? await queues.list(limit: Self.queueLimit))
            cached = (families, .now + cacheTime)
            look = nil
            latch.open()
        }
        return latch
    }

    private static func families(_ found: [QueueSummary]?) -> [MetricFamily] {
        var up = MetricFamily("coppice_store_up", .gauge, help: "1 if the database answered.")
        up.add(found == nil ? 0 : 1)
        return [up] + QueueSummary.families(of: found ?? [])
    }

    /// Whoever has more queues than this does not want a metric for each.
    private static let queueLimit = 1000
}
