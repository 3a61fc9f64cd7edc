internal import Prometheus

/// All that a worker tells a scraper: what it did itself, and how full the queues are.
public struct WorkerMetrics: Sendable {
    private let loop: WorkerLoop
    private let queues: QueueMetrics
    private let version: String
    private let startTime: Double

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
        self.queues = QueueMetrics(queues, cacheTime: cacheTime)
        self.version = version
        self.startTime = startTime
    }

    /// Everything, in Prometheus' text format.
    public func text() async -> String {
        PrometheusText.render(own + (await queues.families()))
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
}
