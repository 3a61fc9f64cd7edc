internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Threads for long computations: no task waits for another one.
///
/// Growing trees on Swift's cooperative threads would leave none for the rest of the program, such as a worker's
/// heartbeats; on Linux those threads are Dispatch's, so its queues are no way out either. Child tasks with this executor
/// preference run on threads of their own and are still cancelled with their parent.
public final class TrainingExecutor: TaskExecutor {
    public static let shared = TrainingExecutor()

    /// Threads that wait for work, the one that waits for the shortest time last.
    private let idle = Mutex<[IdleThread]>([])
    private let patience: DispatchTimeInterval

    /// - Parameter patience: how long a thread waits for work; making one takes longer than waking one, and a task comes
    ///   back after each `await`.
    init(patience: DispatchTimeInterval = .seconds(10)) {
        self.patience = patience
    }

    /// How many threads wait for work.
    var idleCount: Int { idle.withLock { $0.count } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let work = Work(job: UnownedJob(job), executor: asUnownedTaskExecutor())
        if let thread = idle.withLock({ $0.popLast() }) {
            thread.give(work)
        } else {
            startThread(with: work)
        }
    }

    private func startThread(with work: Work) {
        let start = Unmanaged.passRetained(Start(executor: self, work: work))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                #if canImport(Glibc)
                    let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                #else
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                #endif
                start.executor.work(beginningWith: start.work)
                return nil
            },
            start.toOpaque()
        )
        guard status == 0 else { fatalError("no thread could be started: error \(status)") }
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            pthread_detach(thread!)
        #endif
    }

    /// What a thread does until there has been nothing to do for a while.
    private func work(beginningWith first: Work) {
        let thread = IdleThread()
        var next: Work? = first
        while let work = next {
            work.job.runSynchronously(on: work.executor)
            next = nextWork(of: thread)
        }
    }

    private func nextWork(of thread: IdleThread) -> Work? {
        idle.withLock { $0.append(thread) }
        if let work = thread.wait(until: .now() + patience) { return work }
        let isForgotten = idle.withLock { idle in
            guard let place = idle.firstIndex(where: { $0 === thread }) else { return false }
            idle.remove(at: place)
            return true
        }
        // Who is not in the list any more is being given something.
        return isForgotten ? nil : thread.wait(until: .distantFuture)
    }

    private struct Work {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    private final class Start {
        let executor: TrainingExecutor
        let work: Work

        init(executor: TrainingExecutor, work: Work) {
            self.executor = executor
            self.work = work
        }
    }

    private final class IdleThread: Sendable {
        private let work = Mutex<Work?>(nil)
        private let given = DispatchSemaphore(value: 0)

        func give(_ work: Work) {
            self.work.withLock { $0 = work }
            given.signal()
        }

        func wait(until deadline: DispatchTime) -> Work? {
            guard given.wait(timeout: deadline) == .success else { return nil }
            return work.withLock { $0.take() }
        }
    }
}

extension TrainingExecutor {
    static var coreCount: Int { availableCoreCount }

    /// Computes `transform` of every index on `threadCount` threads and returns the results in order.
    ///
    /// - Parameter progress: Gets the number of finished indices after each one, from any thread.
    static func map<Result: Sendable>(
        _ indices: Range<Int>,
        threadCount: Int,
        transform: @escaping @Sendable (Int) throws -> Result,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [Result] {
        let board = Board<Result>(indices)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(threadCount, indices.count) {
                group.addTask(executorPreference: shared) {
                    while let index = board.takeIndex() {
                        try Task.checkCancellation()
                        progress(board.put(try transform(index), at: index))
                    }
                }
            }
            try await group.waitForAll()
        }
        return board.results.withLock { $0.map { $0! } }
    }
}

/// Which indices are still to be computed, and the results of the others.
private final class Board<Result: Sendable>: Sendable {
    let results: Mutex<[Result?]>
    private let indices: Range<Int>
    private let next: Atomic<Int>
    private let finished = Atomic(0)

    init(_ indices: Range<Int>) {
        self.indices = indices
        next = Atomic(indices.lowerBound)
        results = Mutex([Result?](repeating: nil, count: indices.count))
    }

    func takeIndex() -> Int? {
        let index = next.add(1, ordering: .relaxed).oldValue
        return index < indices.upperBound ? index : nil
    }

    /// Keeps a result and returns how many there are.
    func put(_ result: Result, at index: Int) -> Int {
        results.withLock { $0[index - indices.lowerBound] = result }
        return finished.add(1, ordering: .relaxed).newValue
    }
}
