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
    /// Where its handler is.
    private enum Phase {
        /// It has not begun, or runs; then `cancel` stops it.
        case running(cancel: (@Sendable () -> Void)?)
        case stopped(StopReason)
        /// It was done before it was stopped.
        case done
    }

    private struct State {
        var progress: Double?
        var leaseEnds: ContinuousClock.Instant
        var isFinishing = false
        var phase = Phase.running(cancel: nil)
    }

    let job: ClaimedJob
    let log = JobLog()
    private let state: Mutex<State>
    /// The worker shuts down and waits no longer, not even for what it publishes.
    let isHandedBack = Latch()

    init(_ job: ClaimedJob, leaseEnds: ContinuousClock.Instant) {
        self.job = job
        state = Mutex(State(leaseEnds: leaseEnds))
    }

    /// Asks the job to stop; only the first reason counts, and none once its handler is done.
    func stop(_ reason: StopReason) {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            guard case .running(let cancel) = state.phase else { return nil }
            state.phase = .stopped(reason)
            return cancel
        }
        cancel?()
        if reason == .handedBack { isHandedBack.open() }
    }

    /// Why it has to stop; nil: it has not.
    var stopReason: StopReason? {
        state.withLock { if case .stopped(let reason) = $0.phase { reason } else { nil } }
    }

    /// `cancel` stops the handler. Called at once if the job has to stop already.
    func handlerBegins(cancel: @escaping @Sendable () -> Void) {
        let isStopped = state.withLock { state in
            switch state.phase {
            case .running: state.phase = .running(cancel: cancel)
            case .stopped: return true
            case .done: break
            }
            return false
        }
        if isStopped { cancel() }
    }

    /// The handler is done: whoever asks the job to stop is late.
    /// - Returns: why it had to stop before; nil: what the handler said counts.
    func handlerIsDone() -> StopReason? {
        state.withLock { state in
            if case .stopped(let reason) = state.phase { return reason }
            state.phase = .done
            return nil
        }
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
