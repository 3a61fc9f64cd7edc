internal import Synchronization

/// Wakes one waiting task. Signals that come while nobody waits are kept as one.
///
/// Not an `AsyncStream`: that ends for good when a task which waits for it is cancelled, as one that lost a race is.
final class WakeSignal: Sendable {
    private struct State {
        var isSignalled = false
        /// Of the present wait, or of the last one.
        var number = 0
        /// That wait is over, whether or not its task waits yet.
        var isOver = false
        var waiter: CheckedContinuation<Bool, Never>?

        /// Whether a wait that begins, or goes on, ends here: with a signal or without; nil: it does not.
        mutating func end() -> Bool? {
            if isSignalled {
                isSignalled = false
                return true
            }
            return isOver ? false : nil
        }
    }

    private let state = Mutex(State())

    func signal() {
        state.withLock { state in
            let waiter = state.waiter.take()
            if waiter == nil { state.isSignalled = true }
            return waiter
        }?.resume(returning: true)
    }

    /// Returns at a signal, after `limit`, or when the task is cancelled. One caller at a time.
    /// - Returns: whether there was a signal.
    @discardableResult
    func wait(atMost limit: Duration) async -> Bool {
        let (number, isSignalled) = state.withLock { state in
            state.number += 1
            state.isOver = false
            return (state.number, state.end() ?? false)
        }
        if isSignalled { return true }
        // Not a child: who is woken must not wait for the end of its own clock.
        let clock = Task {
            try? await Task.sleep(for: limit)
            self.release(number)
        }
        defer { clock.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let end = state.withLock { state in
                    let end = state.end()
                    if end == nil { state.waiter = continuation }
                    return end
                }
                if let end { continuation.resume(returning: end) }
            }
        } onCancel: {
            release(number)
        }
    }

    /// Lets the waiter go without a signal, if it is still that wait.
    private func release(_ number: Int) {
        state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.number == number else { return nil }
            state.isOver = true
            return state.waiter.take()
        }?.resume(returning: false)
    }
}
