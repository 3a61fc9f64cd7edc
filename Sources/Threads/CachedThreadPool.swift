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
/// are still cancelled with their parent; `Task {}` does not. In an actor without an executor of its own it may be on any
/// thread: it must not block there.
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
        var idle: [PoolThread] = []
        /// How many threads were woken or started, and have not looked at what is pending yet.
        var called = 0
        /// How many of `pending` are turns.
        var turns = 0

        mutating func append(_ work: Work) {
            pending.append(work)
            if case .turn = work { turns += 1 }
        }

        mutating func removeFirst() -> Work {
            let work = pending.removeFirst()
            if case .turn = work { turns -= 1 }
            return work
        }

        /// Who is to be called for what is pending; nil: nobody more.
        ///
        /// For tasks one at a time, and each calls the next before it begins: a task that takes long keeps no other
        /// waiting, and a hundred that take a microsecond do not cost a hundred wake-ups. For actors, which mostly have
        /// something to send and then wait, one each: behind a thread that has to wait for a processor they would all wait.
        mutating func nextHelp() -> Help? {
            guard called < turns + (pending.count > turns ? 1 : 0) else { return nil }
            called += 1
            return idle.popLast().map(Help.idle) ?? .newThread
        }
    }

    private enum Help {
        case idle(PoolThread)
        case newThread
    }

    let current = CurrentThread()
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
        add(.job(job), of: job)
    }

    /// Runs `body`, which may block, on one of the threads. It goes on if the task is cancelled.
    ///
    /// - Throws: what `body` throws.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await Task(executorPreference: self) { try body() }.value
    }

    /// - Parameter job: What the work is part of. If this thread runs it just now, its task has let go of the thread to come
    ///   back here, or on another executor of these threads: nobody else need be woken.
    func add(_ work: Work, of job: UnownedJob) {
        if let thread = current.thread, thread.runs(job) { add(work, nextOn: thread) } else { add(work) }
    }

    /// - Parameter thread: This one, which looks for work at once.
    func add(_ work: Work, nextOn thread: PoolThread) {
        if thread.kept == nil { thread.kept = work } else { add(work) }
    }

    private func add(_ work: Work) {
        call(
            state.withLock { state in
                state.append(work)
                return state.nextHelp()
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
        let thread = PoolThread()
        current.become(thread)
        var isCalled = true
        while isCalled {
            var next = takeWork(for: thread, called: true)
            while let work = next {
                switch work {
                case .job(let job): thread.run(job) { job.runSynchronously(on: asUnownedTaskExecutor()) }
                case .turn(let executor): executor.takeTurn(on: thread)
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
    private func takeWork(for thread: PoolThread, called: Bool) -> Work? {
        let kept = thread.kept.take()
        let (work, help) = state.withLock { state in
            if called { state.called -= 1 }
            // Who came first goes first.
            guard !state.pending.isEmpty else {
                if kept == nil { state.idle.append(thread) }
                return (kept, nil as Help?)
            }
            if let kept { state.append(kept) }
            let work = state.removeFirst()
            return (work, state.nextHelp())
        }
        call(help)
        return work
    }

    /// - Returns: whether it was in the list.
    private func forget(_ thread: PoolThread) -> Bool {
        state.withLock { state in
            guard let place = state.idle.firstIndex(where: { $0 === thread }) else { return false }
            state.idle.remove(at: place)
            return true
        }
    }
}
