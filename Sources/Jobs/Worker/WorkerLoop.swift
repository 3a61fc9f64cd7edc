public import Logging
internal import Postgres
internal import Synchronization

/// Claims jobs and runs them until it is told to stop.
///
/// Its parts run side by side: jobs, heartbeat, upkeep (rescue and promotion), wake-ups. Heartbeat and upkeep have a
/// connection of their own, so that busy or slow jobs cannot keep them from working.
public struct WorkerLoop: Sendable {
    let worker: Worker.ID
    let store: JobStore
    let upkeepStore: JobStore
    let handlers: [String: any JobHandler]
    let configuration: WorkerConfiguration
    let logger: Logger
    let running = RunningJobs()
    let ended = EndedJobs()
    /// What it did so far.
    let statistics: WorkerStatistics

    /// - Parameters:
    ///   - store: for claiming and finishing.
    ///   - upkeepStore: for heartbeat and upkeep, on a pool of its own.
    ///   - handlers: one for each kind of job it can do.
    public init(
        worker: Worker.ID,
        store: JobStore,
        upkeepStore: JobStore,
        handlers: [any JobHandler],
        configuration: WorkerConfiguration,
        logger: Logger
    ) {
        self.worker = worker
        self.store = store
        self.upkeepStore = upkeepStore
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
        statistics = WorkerStatistics(kinds: handlers.map(\.kind))
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until `shutdowns` asks it to stop, the queues are drained, or `maxJobs` were run.
    ///
    /// - Parameters:
    ///   - wakeUps: yields when there may be something to claim; polling alone suffices.
    ///   - shutdowns: the first request is usually `graceful`; a later `immediate` hands running jobs back.
    /// - Returns: how many jobs it ran.
    @discardableResult
    public func run(
        wakeUps: some AsyncSequence<Void, Never> & Sendable,
        shutdowns: AsyncStream<ShutdownRequest>
    ) async -> Int {
        let wake = WakeSignal()
        let shutdown = Shutdown()
        async let announcing: Void = ended.announce(with: store)
        let count = await withTaskGroup { group in
            group.addTask { await keepLeases() }
            group.addTask { await watchLeases() }
            group.addTask { await keepUp(wake) }
            group.addTask { await forget() }
            group.addTask {
                for await _ in wakeUps { wake.signal() }
            }
            group.addTask {
                await follow(shutdowns, shutdown: shutdown, wake: wake)
            }
            let count = await claimAndRun(shutdown: shutdown, wake: wake)
            group.cancelAll()
            return count
        }
        ended.close()
        await announcing
        return count
    }

    /// Whether the worker was asked to stop.
    private final class Shutdown: Sendable {
        private let requested = Mutex(false)
        /// Jobs are handed back now: what is under way is not waited for.
        let isUrgent = Latch()
        var isRequested: Bool { requested.withLock { $0 } }
        func request() { requested.withLock { $0 = true } }
    }

    /// Claims as much as there is room for, again and again, until it is time to stop and nothing runs any more.
    private func claimAndRun(shutdown: Shutdown, wake: WakeSignal) async -> Int {
        var started = 0
        var shares: QueueShares?
        if !configuration.queueWeights.isEmpty {
            shares = QueueShares(configuration.queues, weights: configuration.queueWeights)
        }
        await withDiscardingTaskGroup { jobs in
            var wasWoken = false
            while true {
                let stopping = shutdown.isRequested || configuration.maxJobs.map { started >= $0 } == true
                if stopping && running.count == 0 { break }

                let room = configuration.concurrency - running.count
                var claimed: [(job: ClaimedJob, leaseEnds: ContinuousClock.Instant)] = []
                if !stopping && room > 0 {
                    let limit = min(room, configuration.maxJobs.map { $0 - started } ?? room)
                    claimed = await claim(limit: limit, shares: &shares, shutdown: shutdown)
                    for (job, leaseEnds) in claimed {
                        let running = RunningJob(job, leaseEnds: leaseEnds)
                        self.running.insert(running)
                        started += 1
                        // The request came while the claim was under way: what has not begun goes back.
                        if shutdown.isRequested { running.stop(.handedBack) }
                        jobs.addTask {
                            await JobRunner(loop: self, running: running).run()
                            self.running.remove(running)
                            wake.signal()
                        }
                    }
                    // A shutdown may have come while the claim was under way.
                    if shutdown.isRequested { continue }
                    if claimed.count == room { continue }
                    if configuration.drain && running.count == 0 && claimed.isEmpty {
                        if await isDrained() { break }
                    }
                }
                // Once more soon after a wake-up: another worker may have had the row in its hands just then.
                let interval = wasWoken ? configuration.trailingPollInterval : configuration.pollInterval
                wasWoken = await wake.wait(atMost: interval.jittered())
            }
        }
        return started
    }

    private func claim(
        limit: Int,
        shares: inout QueueShares?,
        shutdown: Shutdown
    ) async -> [(job: ClaimedJob, leaseEnds: ContinuousClock.Instant)] {
        let asked = ContinuousClock.now
        let wanted = shares?.shares(of: limit)
        do {
            let jobs = try await shutdown.isUrgent.cancelling {
                try await store.claim(
                    for: worker,
                    queues: configuration.queues,
                    limit: limit,
                    lease: configuration.lease,
                    shares: wanted
                )
            }
            if let wanted {
                shares?.record(Dictionary(jobs.map { ($0.queue, 1) }, uniquingKeysWith: +), of: wanted)
            }
            statistics.claimed(jobs.count)
            return jobs.map { ($0, asked + configuration.lease) }
        } catch _ where shutdown.isUrgent.isOpen {
            return []
        } catch {
            statistics.claimFailed()
            logger.warning("could not claim jobs; trying again", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func isDrained() async -> Bool {
        (try? await store.isDrained(queues: configuration.queues)) ?? false
    }

    /// Carries out requests to stop.
    private func follow(_ requests: AsyncStream<ShutdownRequest>, shutdown: Shutdown, wake: WakeSignal) async {
        await withDiscardingTaskGroup { group in
            for await request in requests {
                shutdown.request()
                wake.signal()
                switch request {
                case .graceful:
                    logger.info("stopping: no new jobs", metadata: ["running": "\(running.count)"])
                    // Beside the loop: the grace period must not keep a second request waiting.
                    group.addTask {
                        guard (try? await Task.sleep(for: configuration.grace)) != nil else { return }
                        running.stopAll(.handedBack)
                        shutdown.isUrgent.open()
                    }
                case .immediate:
                    logger.info("stopping now: handing jobs back", metadata: ["running": "\(running.count)"])
                    running.stopAll(.handedBack)
                    shutdown.isUrgent.open()
                }
            }
        }
    }
}

extension Duration {
    /// Up to a tenth longer, so that workers that started together do not poll together.
    func jittered() -> Duration {
        self + self * Double.random(in: 0...0.1)
    }
}
