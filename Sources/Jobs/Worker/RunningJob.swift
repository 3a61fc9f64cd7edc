internal import Synchronization

/// Why a worker stops a job before its handler is done.
enum StopReason: Error, Sendable, Equatable {
    /// A user cancelled it.
    case cancelRequested
    /// The lease ran out or another worker has the job: nothing may be written any more.
    case leaseLost
    /// It ran longer than its timeout.
    case timedOut(Duration)
    /// The worker shuts down: the job goes back to the queue.
    case handedBack
}

/// One job in the hands of this process.
final class RunningJob: Sendable {
    private struct State {
        var progress: Double?
        var leaseEnds: ContinuousClock.Instant
        var isFinishing = false
    }

    let job: ClaimedJob
    let log = JobLog()
    private let state: Mutex<State>
    private let stopReasons: AsyncStream<StopReason>.Continuation
    /// Yields when the job has to stop.
    let stops: AsyncStream<StopReason>
    /// The worker shuts down and waits no longer, not even for what it publishes.
    let isHandedBack = Latch()

    init(_ job: ClaimedJob, leaseEnds: ContinuousClock.Instant) {
        self.job = job
        state = Mutex(State(leaseEnds: leaseEnds))
        (stops, stopReasons) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Asks the job to stop; only the first reason counts.
    func stop(_ reason: StopReason) {
        stopReasons.yield(reason)
        if reason == .handedBack { isHandedBack.open() }
    }

    func report(progress: Double) {
        state.withLock { $0.progress = min(max(progress, 0), 1) }
    }

    var progress: Double? { state.withLock { $0.progress } }

    /// When the lease ends unless it is renewed, by this machine's steady clock.
    var leaseEnds: ContinuousClock.Instant { state.withLock { $0.leaseEnds } }

    func leaseRenewed(until instant: ContinuousClock.Instant) {
        state.withLock { $0.leaseEnds = instant }
    }

    /// While the finishing transaction holds the job's row, a renewal would only wait for it.
    var isFinishing: Bool {
        get { state.withLock { $0.isFinishing } }
        set { state.withLock { $0.isFinishing = newValue } }
    }
}

/// The jobs in the hands of this process.
final class RunningJobs: Sendable {
    // By lease and not by id: a job that was lost may be claimed again before its old attempt has stopped.
    private struct State {
        var jobs: [JobLease: RunningJob] = [:]
        /// What stopped all jobs, and stops every one that comes later: its claim was under way.
        var stop: StopReason?
    }

    private let state = Mutex(State())

    var all: [RunningJob] { state.withLock { Array($0.jobs.values) } }
    var count: Int { state.withLock { $0.jobs.count } }
    func contains(_ job: Job.ID) -> Bool { state.withLock { $0.jobs.keys.contains { $0.job == job } } }

    func insert(_ running: RunningJob) {
        let stop = state.withLock { state in
            state.jobs[running.job.lease] = running
            return state.stop
        }
        if let stop { running.stop(stop) }
    }

    func remove(_ running: RunningJob) {
        state.withLock { $0.jobs[running.job.lease] = nil }
    }

    /// Stops all jobs, and those that are still to come.
    func stopAll(_ reason: StopReason) {
        let jobs = state.withLock { state in
            state.stop = reason
            return Array(state.jobs.values)
        }
        for running in jobs { running.stop(reason) }
    }
}
