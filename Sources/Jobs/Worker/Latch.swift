internal import Synchronization
internal import Threads

/// Something that happens once; any number of tasks wait for it.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var actions: [Int: @Sendable () -> Void] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// It has happened; opening it again changes nothing.
    func open() {
        let actions = state.withLock { state in
            state.isOpen = true
            defer { state.actions = [:] }
            return Array(state.actions.values)
        }
        for action in actions { action() }
    }

    /// Returns when it has happened, or the task is cancelled.
    func wait() async {
        let number = nextNumber()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                whenOpen(number, unless: { Task.isCancelled }) { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.actions.removeValue(forKey: number) }?()
        }
    }

    /// Runs `body`, and cancels it when the latch opens. What it had done by then counts all the same; so does what it does
    /// before it waits for anything for the first time.
    func cancelling<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        // One task, no group: it is on the way of each job, and a group ends only after the task that waits for the latch.
        let task = Task.immediate(executorPreference: CachedThreadPool.shared) { try await body() }
        let number = nextNumber()
        whenOpen(number) { task.cancel() }
        defer { _ = state.withLock { $0.actions.removeValue(forKey: number) } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The same for what nobody waits for.
    func startCancelling(_ body: @escaping @Sendable () async -> Void) {
        let number = nextNumber()
        // Under the lock: its end, which takes the action away, comes after that was put there.
        state.withLock { state in
            let task = Task(executorPreference: CachedThreadPool.shared) {
                await body()
                _ = self.state.withLock { $0.actions.removeValue(forKey: number) }
            }
            if state.isOpen { task.cancel() } else { state.actions[number] = { task.cancel() } }
        }
    }

    private func nextNumber() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    /// Does `action` when it has happened, which may be now. If `isOver` says so, now in any case.
    private func whenOpen(
        _ number: Int,
        unless isOver: () -> Bool = { false },
        _ action: @escaping @Sendable () -> Void
    ) {
        let isDue = state.withLock { state in
            if state.isOpen || isOver() { return true }
            state.actions[number] = action
            return false
        }
        if isDue { action() }
    }
}
