internal import Synchronization

/// Wakes one waiting task. Signals that come while nobody waits are kept as one.
///
/// Not an `AsyncStream`: that ends for good when a task which waits for it is cancelled, as one that lost a race is.
final class WakeSignal: Sendable {
    private struct State {
        var isSignalled = false
        /// The present wait is over, whether or not its task waits yet.
        var isOver = false
        /// Whether a signal ended the last wait.
        var wasSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func signal() {
        state.withLock { state in
            let waiter = state.waiter.take()
            if waiter == nil { state.isSignalled = true } else { state.wasSignalled = true }
            return waiter
        }?.resume()
    }

    /// Returns at a signal, after `limit`, or when the task is cancelled. One caller at a time.
    /// - Returns: whether there was a signal.
    @discardableResult
    func wait(atMost limit: Duration) async -> Bool {
        state.withLock { state in
            state.isOver = false
            state.wasSignalled = false
        }
        await withTaskGroup { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                self.release()
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isDue = state.withLock { state in
                        if state.isSignalled || state.isOver {
                            state.wasSignalled = state.isSignalled
                            state.isSignalled = false
                            return true
                        }
                        state.waiter = continuation
                        return false
                    }
                    if isDue { continuation.resume() }
                }
            } onCancel: {
                release()
            }
            group.cancelAll()
        }
        return state.withLock { $0.wasSignalled }
    }

    /// Lets the waiter go without a signal.
    private func release() {
        state.withLock { state in
            state.isOver = true
            return state.waiter.take()
        }?.resume()
    }
}
