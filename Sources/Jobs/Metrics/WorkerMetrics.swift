internal import Prometheus

/// All that a worker tells a scraper: what it did itself, and how full the queues are.
///
/// The queues are looked at once in a while however often it is scraped: counting a million jobs takes a moment.
public actor WorkerMetrics {
    private let loop: WorkerLoop
    private let queues: QueueStore
    private let version: String
    private let startTime: Double
    private let cacheTime: Duration
    private var cached: (families: [MetricFamily], until: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - queues: on a pool that jobs do not keep busy.
    ///   - startTime: when the process started, in seconds since 1970.
    ///   - cacheTime: how old what is told of the queues may be.
    public init(
        _ loop: WorkerLoop,
        queues: QueueStore,
        version: String,
        startTime: Double,
        cacheTime: Duration = .seconds(5)
    ) {
        self.loop = loop
        self.queues = queues
        self.version = version
        self.startTime = startTime
        self.cacheTime = cacheTime
    }

    /// Everything, in Prometheus' text format.
    public func text() async -> String {
        PrometheusText.render(own + (await queueFamilies()))
    }

    private var own: [MetricFamily] {
        var build = MetricFamily("coppice_build_info", .gauge, help: "The version that runs; always 1.")
        build.add(1, ["version": version])
        var start = MetricFamily("process_start_time_seconds", .gauge, help: "When the process started, since 1970.")
        start.add(startTime)
        var running = MetricFamily("coppice_worker_running_jobs", .gauge, help: "Jobs that this worker runs now.")
        running.add(Double(loop.running.count))
        var room = MetricFamily("coppice_worker_concurrency", .gauge, help: "Jobs that this worker runs at a time.")
        room.add(Double(loop.configuration.concurrency))
        return [build, start, running, room] + loop.statistics.families
    }

    private func queueFamilies() async -> [MetricFamily] {
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
