internal import Synchronization

/// Logs entries of many clients together: those that come while the database is busy with others share a transaction,
/// and with it the wait for the disk. Each caller goes on only when what it logged is durable.
///
/// A client alone waits for nobody. What is wrong with one entry fails that one; the others of its group are logged.
public final class LogWriter: Sendable {
    /// An entry, and who waits for it to be durable.
    private final class Waiting: Sendable {
        let entry: LogEntry
        private let state = Mutex<(continuation: CheckedContinuation<Void, any Error>?, isOver: Bool)>((nil, false))

        init(_ entry: LogEntry) { self.entry = entry }

        /// Whether nobody waits any more.
        var isOver: Bool { state.withLock { $0.isOver } }

        func wait(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
            let isOver = state.withLock { state in
                if !state.isOver { state.continuation = continuation }
                return state.isOver
            }
            if isOver { continuation.resume(throwing: CancellationError()) }
            return !isOver
        }

        /// The first time counts.
        func end(_ outcome: Result<Void, any Error>) {
            let continuation = state.withLock { state in
                state.isOver = true
                return state.continuation.take()
            }
            continuation?.resume(with: outcome)
        }
    }

    private struct State {
        var waiting: [Waiting] = []
        var writers = 0
    }

    private let store: TrackingStore
    private let writerLimit: Int
    private let groupLimit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - concurrency: How many groups are written at a time.
    ///   - groupSize: How many entries a group has at most.
    public init(_ store: TrackingStore, concurrency: Int = 2, groupSize: Int = 256) {
        self.store = store
        writerLimit = concurrency
        groupLimit = groupSize
    }

    /// How many entries wait for a group.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Returns when the entry is durable.
    ///
    /// Cancelled, it returns at once: an entry that is being written with others may be logged all the same, one that
    /// still waits for its group is not.
    /// - Throws: `TrackingError` as `TrackingStore.log` does; `PostgresError`; `CancellationError`.
    public func write(_ entry: LogEntry) async throws {
        try Validation.entry(entry)
        let waiting = Waiting(entry)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard waiting.wait(continuation) else { return }
                let begins = state.withLock { state in
                    state.waiting.append(waiting)
                    guard state.writers < writerLimit else { return false }
                    state.writers += 1
                    return true
                }
                // A task of its own: it goes on with others when this one is done, and is not cancelled with it.
                if begins { Task { await self.run() } }
            }
        } onCancel: {
            waiting.end(.failure(CancellationError()))
        }
    }

    /// Goes on until nobody waits.
    private func run() async {
        while let group = nextGroup() {
            let outcomes = await store.log(group.map(\.entry))
            for (waiting, outcome) in zip(group, outcomes) { waiting.end(outcome) }
        }
    }

    /// Those who have waited longest; nil: nobody waits, and one writer less is at work.
    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            state.waiting.removeAll { $0.isOver }
            let group = Array(state.waiting.prefix(groupLimit))
            state.waiting.removeFirst(group.count)
            guard group.isEmpty else { return group }
            state.writers -= 1
            return nil
        }
    }
}

extension Validation {
    static func entry(_ entry: LogEntry) throws(TrackingError) {
        try batch(metrics: entry.metrics.count, params: entry.params.count, tags: entry.tags.count)
        try metrics(entry.metrics)
        try params(entry.params)
        try tags(entry.tags)
    }
}
