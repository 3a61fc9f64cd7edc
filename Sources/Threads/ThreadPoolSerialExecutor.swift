internal import Synchronization

/// Runs an actor on the threads of a pool, so that its blocking calls hold no thread of Swift's.
///
/// A task that runs on that pool as well keeps its thread on the way into the actor and out again, unless others have come
/// first. For such a task the actor's methods are best synchronous: Swift lets it queue again for each call of an `async` one
/// on the actor, and after each.
public final class ThreadPoolSerialExecutor: SerialExecutor {
    private struct State {
        var pending: [UnownedJob] = []
        /// A job runs, or the first of `pending` will without being asked for.
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let pool: CachedThreadPool

    public init(pool: CachedThreadPool = .shared) {
        self.pool = pool
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let begins = state.withLock { state in
            state.pending.append(job)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if begins { pool.add(.turn(self), of: job) }
    }

    /// Runs the first job. The thread goes to others before the second.
    func takeTurn(on thread: PoolThread) {
        let job = state.withLock { $0.pending.removeFirst() }
        thread.run(job) { job.runSynchronously(on: asUnownedSerialExecutor()) }
        let goesOn = state.withLock { state in
            state.isScheduled = !state.pending.isEmpty
            return state.isScheduled
        }
        if goesOn { pool.add(.turn(self), nextOn: thread) }
    }
}
