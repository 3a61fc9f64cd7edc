internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Threads for long computations, one per task.
///
/// Growing trees on Swift's cooperative threads would leave none for the rest of the program, such as a worker's
/// heartbeats; on Linux those threads are Dispatch's, so its queues are no way out either. Child tasks with this executor
/// preference run on threads of their own and are still cancelled with their parent.
public final class TrainingExecutor: TaskExecutor {
    public static let shared = TrainingExecutor()

    public func enqueue(_ job: consuming ExecutorJob) {
        let work = Unmanaged.passRetained(Work(job: UnownedJob(job), executor: asUnownedTaskExecutor()))
        // A thread per task: they are few, one per core, and long.
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
                    let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
                #else
                    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                #endif
                work.job.runSynchronously(on: work.executor)
                return nil
            },
            work.toOpaque()
        )
        guard status == 0 else { fatalError("no thread could be started: error \(status)") }
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            pthread_detach(thread!)
        #endif
    }

    private final class Work {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        init(job: UnownedJob, executor: UnownedTaskExecutor) {
            self.job = job
            self.executor = executor
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
