public import Logging
public import Postgres
internal import Threads

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
    let offer = StandingOffer()
    /// For jobs that publish nothing; those that train or predict all do.
    let groupCommit = GroupCommit<RunningJob, Result<JobRunner.SharedEnd, any Error>>(largest: 100)
    /// What it did so far.
    let statistics: WorkerStatistics

    /// For the pool of `store`: jobs that end at the same time share two connections, unless they publish for longer.
    public static let poolReserve = PostgresPool.Reserve(beyond: 2, after: .milliseconds(100))

    /// - Parameters:
    ///   - store: for claiming and finishing.
    ///   - upkeepStore: for heartbeat, upkeep and other short statements, on a pool of its own.
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
    ///   - wakeUps: what the database tells, see `wakeUps(_:)`; polling alone suffices.
    ///   - shutdowns: the first request is usually `graceful`; a later `immediate` hands running jobs back.
    /// - Returns: how many jobs it ran.
    @discardableResult
    public func run(
        wakeUps: some AsyncSequence<WakeUp, Never> & Sendable,
        shutdowns: AsyncStream<ShutdownRequest>
    ) async -> Int {
        let wake = WakeSignal()
        let heartbeat = WakeSignal()
        let intake = Intake(configuration)
        // With the short statements: a connection that hangs must not keep a worker from stopping.
        async let announcing: Void = ended.announce { await upkeepStore.announceEnds(of: $0) }
        let count = await withTaskGroup { group in
            group.addTask { await keepLeases(heartbeat) }
            group.addTask { await watchLeases() }
            group.addTask { await keepUp(wake) }
            group.addTask { await forget() }
            group.addTask { await listen(to: wakeUps, heartbeat: heartbeat, intake: intake, wake: wake) }
            group.addTask {
                await follow(shutdowns, intake: intake, wake: wake)
            }
            let count = await claimAndRun(intake: intake, wake: wake)
            group.cancelAll()
            return count
        }
        ended.close()
        await announcing
        return count
    }

    /// Claims as much as there is room for, again and again, until it is time to stop and nothing runs any more.
    private func claimAndRun(intake: Intake, wake: WakeSignal) async -> Int {
        await withDiscardingTaskGroup { jobs in
            var wasWoken = false
            while true {
                let stopping = intake.isClosed || intake.isUsedUp
                if stopping && offer.mayStand, let last = await withdrawOffer(intake) {
                    start(last, in: &jobs, wake: wake, intake: intake)
                }
                if stopping && running.count == 0 { break }

                // First: a job that is given to it meanwhile takes of the room, and ends the offer of that number.
                let offered = offer.number(mayBeMade: mayOffer(intake))
                let room = configuration.concurrency - running.count
                if !stopping && room > 0 {
                    let (claimed, looksAgain) = await claim(atMost: room, offering: offered, intake: intake)
                    for first in claimed { start(first, in: &jobs, wake: wake, intake: intake) }
                    // A shutdown may have come while the claim was under way.
                    if intake.isClosed { continue }
                    if claimed.count == room || looksAgain { continue }
                    if configuration.drain && running.count == 0 && claimed.isEmpty {
                        if await isDrained() { break }
                    }
                }
                // Once more soon after a wake-up: another worker may have had the row in its hands just then.
                let interval = wasWoken ? configuration.trailingPollInterval : configuration.pollInterval
                wasWoken = await wake.wait(atMost: interval.jittered())
            }
        }
        return intake.begun
    }

    /// Runs a job, and those that take its place.
    func start(_ first: RunningJob, in jobs: inout DiscardingTaskGroup, wake: WakeSignal, intake: Intake) {
        jobs.addTask(executorPreference: CachedThreadPool.shared) {
            // The transaction that ends a job claims the one that takes its place.
            var next: RunningJob? = first
            while let current = next {
                next = await JobRunner(loop: self, running: current, intake: intake).run()
                running.remove(current)
            }
            wake.signal()
        }
    }

    /// - Parameter number: of the offer that the claim makes or may find taken up; nil: there is none.
    /// - Returns: jobs, and whether to look again at once.
    private func claim(
        atMost room: Int,
        offering number: Int64?,
        intake: Intake
    ) async -> (jobs: [RunningJob], looksAgain: Bool) {
        guard let allowance = intake.allow(atMost: room) else { return ([], false) }
        var begun: [RunningJob]?
        defer { intake.settle(allowance, claimed: begun?.map(\.job)) }
        do {
            let (jobs, looksAgain) = try await intake.isUrgent.cancelling { () async throws -> ([RunningJob], Bool) in
                let request = request(allowance)
                if let number {
                    return try await claimOrOffer(request, number, lasting: mayOffer(intake) ? offerLasts : nil, intake)
                }
                let asked = ContinuousClock.now
                let jobs = try await store.claim(request)
                return (jobs.map { begin($0, leaseEnds: asked + configuration.lease, intake) }, false)
            }
            begun = jobs
            return (jobs, looksAgain)
        } catch _ where intake.isUrgent.isOpen {
            return ([], false)
        } catch {
            statistics.claimFailed()
            logger.warning("could not claim jobs; trying again", metadata: ["error": "\(error)"])
            return ([], false)
        }
    }

    func request(_ allowance: Intake.Allowance) -> JobStore.ClaimRequest {
        JobStore.ClaimRequest(
            worker: worker,
            queues: configuration.queues,
            limit: allowance.limit,
            lease: configuration.lease,
            shares: allowance.shares
        )
    }

    /// Takes a job that was claimed into this process's hands.
    func begin(_ job: ClaimedJob, leaseEnds: ContinuousClock.Instant, _ intake: Intake) -> RunningJob {
        let running = RunningJob(job, leaseEnds: leaseEnds)
        self.running.insert(running)
        statistics.claimed(1)
        // The request came while the claim was under way: what has not begun goes back.
        if intake.isClosed { running.stop(.handedBack) }
        return running
    }

    private func isDrained() async -> Bool {
        (try? await store.isDrained(queues: configuration.queues)) ?? false
    }

    /// Carries out requests to stop.
    private func follow(_ requests: AsyncStream<ShutdownRequest>, intake: Intake, wake: WakeSignal) async {
        await withDiscardingTaskGroup { group in
            for await request in requests {
                intake.close()
                wake.signal()
                switch request {
                case .graceful:
                    logger.info("stopping: no new jobs", metadata: ["running": "\(running.count)"])
                    // Beside the loop: the grace period must not keep a second request waiting.
                    group.addTask {
                        guard (try? await Task.sleep(for: configuration.grace)) != nil else { return }
                        running.stopAll(.handedBack)
                        intake.isUrgent.open()
                    }
                case .immediate:
                    logger.info("stopping now: handing jobs back", metadata: ["running": "\(running.count)"])
                    running.stopAll(.handedBack)
                    intake.isUrgent.open()
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
