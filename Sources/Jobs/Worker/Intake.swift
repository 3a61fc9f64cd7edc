internal import Synchronization

/// What the claims of one worker share, those of its loop and those in the transactions that end its jobs: how many jobs
/// it may still begin, whose turn it is among its queues, and whether it was asked to stop.
final class Intake: Sendable {
    /// What one claim may bring. It counts as taken until it is settled.
    struct Allowance: Sendable, Equatable {
        let limit: Int
        let shares: [Int32]?
    }

    private struct State {
        var isClosed = false
        /// Jobs that were claimed, and those that claims under way may bring.
        var begun = 0
        var asked = 0
        var shares: QueueShares?
    }

    private let state: Mutex<State>
    private let maxJobs: Int?
    /// Jobs are handed back now: what is under way is not waited for.
    let isUrgent = Latch()

    init(_ configuration: WorkerConfiguration) {
        maxJobs = configuration.maxJobs
        var shares: QueueShares?
        if !configuration.queueWeights.isEmpty {
            shares = QueueShares(configuration.queues, weights: configuration.queueWeights)
        }
        state = Mutex(State(shares: shares))
    }

    /// The worker was asked to stop.
    var isClosed: Bool { state.withLock { $0.isClosed } }
    func close() { state.withLock { $0.isClosed = true } }

    /// How many jobs were claimed, and whether these are all that the worker may run.
    var begun: Int { state.withLock { $0.begun } }
    var isUsedUp: Bool { maxJobs.map { begun >= $0 } ?? false }

    /// Jobs were given to this worker that no claim brought.
    func began(_ count: Int) { state.withLock { $0.begun += count } }

    /// What a claim may bring now that there is room for `room` jobs; nil: nothing.
    /// - Parameter alone: only if no other claim is under way. Jobs that end together claim together: of many claims at
    ///   once each reads past the rows that the others have locked.
    func allow(atMost room: Int, alone: Bool = false) -> Allowance? {
        state.withLock { state in
            if alone && state.asked > 0 { return nil }
            let limit = min(room, maxJobs.map { $0 - state.begun - state.asked } ?? room)
            guard limit > 0, !state.isClosed else { return nil }
            state.asked += limit
            return Allowance(limit: limit, shares: state.shares?.shares(of: limit))
        }
    }

    /// Records what a claim brought; nil: it failed.
    func settle(_ allowance: Allowance, claimed: [ClaimedJob]?) {
        state.withLock { state in
            state.asked -= allowance.limit
            guard let claimed else { return }
            state.begun += claimed.count
            guard let shares = allowance.shares else { return }
            state.shares?.record(Dictionary(claimed.map { ($0.queue, 1) }, uniquingKeysWith: +), of: shares)
        }
    }
}
