internal import Synchronization

/// Logs entries of many clients together: those that come while the database is busy with others share a transaction,
/// and with it the wait for the disk. Each caller goes on only when what it logged is durable.
///
/// A client alone waits for nobody. What is wrong with one entry fails that one; the others of its group are logged.
public final class LogWriter: Sendable {
    /// An entry that waits, and who waits for it.
    private typealias Waiting = (entry: LogEntry, turn: CheckedContinuation<Turn, any Error>)

    /// What somebody who has waited goes on with.
    private enum Turn {
        /// The entry is durable.
        case logged
        /// The entry is still to be written, and these with it.
        case write([Waiting])
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

    /// Returns when the entry is durable. Throws `TrackingError` as `TrackingStore.log` does, and `PostgresError`.
    public func write(_ entry: LogEntry) async throws {
        try Validation.entry(entry)
        let turn = try await withCheckedThrowingContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.writers < writerLimit else {
                    state.waiting.append((entry, continuation))
                    return false
                }
                state.writers += 1
                return true
            }
            if isFree { continuation.resume(returning: Turn.write([])) }
        }
        guard case .write(let others) = turn else { return }
        let outcomes = await store.log([entry] + others.map(\.entry))
        for (waiting, outcome) in zip(others, outcomes.dropFirst()) {
            waiting.turn.resume(with: outcome.map { .logged })
        }
        passOn()
        try outcomes[0].get()
    }

    /// Whoever has waited longest writes next, for all that wait.
    private func passOn() {
        let group = state.withLock { state in
            let group = Array(state.waiting.prefix(groupLimit))
            state.waiting.removeFirst(group.count)
            if group.isEmpty { state.writers -= 1 }
            return group
        }
        group.first?.turn.resume(returning: .write(Array(group.dropFirst())))
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
