internal import Synchronization
internal import Threads

/// Loops whose steps are computed side by side.
enum TrainingThreads {
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
                group.addTask(executorPreference: CachedThreadPool.shared) {
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
