internal import Synchronization

/// Lets those share a transaction that come while another one is under way, as PostgreSQL's group commit lets
/// transactions share a write.
///
/// Who finds nothing under way begins at once, with those who come until there is a connection. Two groups at a time were
/// slower than one (`Benchmarks/queue`): they are half as large, and a group of ten costs the server hardly more than two of
/// one. For the same reason a group waits for a moment until those are back whom the last one has served: else they would
/// be the next one, and these the one after that, each of them half as large.
final class GroupCommit<Item: Sendable, Answer: Sendable>: Sendable {
    private struct Entry {
        let item: Item
        let continuation: CheckedContinuation<Answer, Never>
    }

    /// Those who share a transaction; nil: it has not begun.
    private final class Group: Sendable {
        let entries = Mutex<[Entry]?>(nil)
    }

    private struct State {
        var waiting: [Entry] = []
        var isUnderWay = false
    }

    /// Does what `items` says. Asks for it when it is about to begin, so that others can come until then; asked again, it
    /// says the same. Returns an answer for each, in order.
    typealias Work = @Sendable (_ items: @escaping @Sendable () -> [Item]) async -> [Answer]

    private let state = Mutex(State())
    private let largest: Int
    private let patience: Duration

    /// - Parameters:
    ///   - largest: How many share a transaction at most.
    ///   - patience: How long a group waits for those of the last one: about as long as it takes them to come back at once.
    init(largest: Int, patience: Duration = .microseconds(200)) {
        self.largest = largest
        self.patience = patience
    }

    /// How many wait for the group that is under way.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Does `item` with others.
    /// - Parameters:
    ///   - end: cancels what is under way. The same for all.
    ///   - work: The same for all.
    func perform(_ item: Item, until end: Latch, with work: @escaping Work) async -> Answer {
        await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(Entry(item: item, continuation: continuation))
                defer { state.isUnderWay = true }
                return !state.isUnderWay
            }
            // A task of its own: it goes on with others when this one is done, and is not cancelled with it.
            if begins { end.startCancelling { await self.run(work) } }
        }
    }

    /// Goes on until nobody waits.
    private func run(_ work: Work) async {
        var regulars = Regulars()
        var isNeeded = true
        while isNeeded {
            await regulars.gather(within: patience) { self.waitingCount }
            let group = Group()
            let answers = await work { self.take(group).map(\.item) }
            let entries = take(group)
            precondition(answers.count == entries.count, "each needs an answer")
            // Before they are served: some are back at once.
            regulars.count = min(entries.count + waitingCount, largest)
            for (entry, answer) in zip(entries, answers) { entry.continuation.resume(returning: answer) }
            isNeeded = state.withLock { state in
                state.isUnderWay = !state.waiting.isEmpty
                return state.isUnderWay
            }
        }
    }

    private func take(_ group: Group) -> [Entry] {
        group.entries.withLock { entries in
            if let entries { return entries }
            let taken = state.withLock { state in
                let first = state.waiting.prefix(largest)
                state.waiting.removeFirst(first.count)
                return Array(first)
            }
            entries = taken
            return taken
        }
    }
}

/// Those who may be back soon: whom the last group served, and who waited for it.
private struct Regulars {
    var count = 0
    /// How many groups do without them: twice as many each time that nobody came.
    private var pause = 0
    private var groupsToPass = 0

    /// Returns when all of them wait, or time is up.
    mutating func gather(within patience: Duration, waitingCount: () -> Int) async {
        guard groupsToPass == 0 else {
            groupsToPass -= 1
            return
        }
        let start = ContinuousClock.now
        let first = waitingCount()
        var present = first
        while present < count, ContinuousClock.now - start < patience {
            await Task.yield()
            present = waitingCount()
        }
        pause = present < count && present == first ? min(max(1, pause * 2), 64) : 0
        groupsToPass = pause
    }
}
