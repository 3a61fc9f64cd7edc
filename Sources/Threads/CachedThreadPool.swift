internal import Dispatch
internal import Synchronization

/// Threads for tasks that compute for long or block: no task waits for another one.
///
/// There are as many as there is work at the same time, and they are used again (as those of Java's cached thread pools).
/// On Swift's cooperative threads such tasks would leave none for the rest of the program, such as a worker's heartbeats.
/// On Linux those threads are Dispatch's, so its queues are no way out either: where all of them wait, there is one more in
/// a second.
///
/// A task with this executor preference begins here and comes back here after each `await`. Child tasks inherit that, and
/// are still cancelled with their parent.
public final class CachedThreadPool: TaskExecutor {
    public static let shared = CachedThreadPool()

    /// What a thread can do next.
    enum Work {
        case job(UnownedJob)
        case turn(ThreadPoolSerialExecutor)
    }

    private struct State {
        var pending: [Work] = []
        /// Threads that wait for work, the one that waits for the shortest time last.
        var idle: [IdleThread] = []
        /// A thread was woken or started, and has not looked at what is pending yet.
        var isHelpComing = false

        /// Who is to be called for what is pending; nil: nobody.
        ///
        /// One at a time, and each calls the next before it begins: a task that takes long keeps no other waiting, and
        /// a hundred that take a microsecond do not cost a hundred wake-ups.
        mutating func nextHelp() -> Help? {
            guard !pending.isEmpty, !isHelpComing else { return nil }
            isHelpComing = true
            return idle.popLast().map(Help.idle) ?? .newThread
        }
    }

    private enum Help {
        case idle(IdleThread)
        case newThread
    }

    let currentJob = CurrentJob()
    private let state = Mutex(State())
    private let patience: DispatchTimeInterval

    /// - Parameter patience: how long a thread waits for work; making one takes longer than waking one, and a task comes
    ///   back after each `await`.
    init(patience: DispatchTimeInterval = .seconds(10)) {
        self.patience = patience
    }

    /// How many threads wait for work.
    var idleCount: Int { state.withLock { $0.idle.count } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add(.job(job), isFreeNext: currentJob.isSame(as: job))
    }

    /// Runs `body`, which may block, on one of the threads. It goes on if the task is cancelled.
    ///
    /// - Throws: what `body` throws.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await Task(executorPreference: self) { try body() }.value
    }

    /// - Parameter isFreeNext: This thread will look for work at once. So it does for a job that it runs itself just now: the
    ///   task has let go of it, to come back here or on another executor of these threads. Nobody else need be woken.
    func add(_ work: Work, isFreeNext: Bool) {
        call(
            state.withLock { state in
                state.pending.append(work)
                return isFreeNext ? nil : state.nextHelp()
            }
        )
    }

    private func call(_ help: Help?) {
        switch help {
        case .idle(let thread): thread.isCalled.signal()
        case .newThread: Thread.start { self.work() }
        case nil: break
        }
    }

    /// What a thread does until there has been nothing to do for a while.
    private func work() {
        let thread = IdleThread()
        var isCalled = true
        while isCalled {
            var next = takeWork(for: thread, called: true)
            while let work = next {
                switch work {
                case .job(let job): currentJob.whileRunning(job) { job.runSynchronously(on: asUnownedTaskExecutor()) }
                case .turn(let executor): executor.takeTurn()
                }
                next = takeWork(for: thread, called: false)
            }
            isCalled = thread.isCalled.wait(timeout: .now() + patience) == .success
            if !isCalled, !forget(thread) {
                // Who is not in the list any more is being called.
                thread.isCalled.wait()
                isCalled = true
            }
        }
    }

    /// What to do next; nil: the thread is in the list of those that wait.
    private func takeWork(for thread: IdleThread, called: Bool) -> Work? {
        let (work, help) = state.withLock { state in
            if called { state.isHelpComing = false }
            let work = state.pending.isEmpty ? nil : state.pending.removeFirst()
            if work == nil { state.idle.append(thread) }
            return (work, state.nextHelp())
        }
        call(help)
        return work
    }

    /// - Returns: whether it was in the list.
    private func forget(_ thread: IdleThread) -> Bool {
        state.withLock { state in
            guard let place = state.idle.firstIndex(where: { $0 === thread }) else { return false }
            state.idle.remove(at: place)
            return true
        }
    }

    private final class IdleThread: Sendable {
        let isCalled = DispatchSemaphore(value: 0)
    }
}
