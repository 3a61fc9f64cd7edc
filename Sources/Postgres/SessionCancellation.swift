internal import Dispatch
internal import Synchronization

/// Carries the cancellation of a task to the statement that its session executes.
///
/// `PQcancel` asks the server over a second connection, and the server signals whatever runs on the first one.
/// A signal that comes late would stop the next statement; therefore a statement is not over before the request is.
final class SessionCancellation: Sendable {
    private struct State {
        var cancelledAt: ContinuousClock.Instant?
        /// The request for the statement that is running.
        var request: CancelRequest?
        /// Entered while the request is on its way.
        var sending: DispatchGroup?
    }

    private let state = Mutex(State())

    /// Called from any thread when the task is cancelled.
    func cancel() {
        state.withLock { state in
            state.cancelledAt = state.cancelledAt ?? .now
            guard let request = state.request, state.sending == nil else { return }
            // The caller must not wait for a network round trip.
            state.sending = request.send()
        }
    }

    var isCancelled: Bool { state.withLock { $0.cancelledAt != nil } }

    /// Whether the server, asked at `start`, should have said by now that it was stopped.
    func isOverdue(since start: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            state.cancelledAt.map { max($0, start) + CancelRequest.patience < .now } ?? false
        }
    }

    /// Runs a statement that the link's request can cancel. Throws if the task has been cancelled before.
    func perform<Result: ~Copyable>(
        on link: ServerLink,
        _ statement: () throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        let proceeds = state.withLock { state in
            guard state.cancelledAt == nil else { return false }
            state.request = link.cancelRequest
            return true
        }
        guard proceeds else { throw .taskCancelled }
        defer {
            let (sending, start) = state.withLock { state in
                defer { state.sending = nil }
                state.request = nil
                return (state.sending, state.cancelledAt)
            }
            // One that is still on its way could stop the next statement.
            if let sending, let start, !sending.waitPatiently(since: start) { link.abandon() }
        }
        return try statement()
    }
}

extension PostgresError {
    static var taskCancelled: PostgresError {
        PostgresError(.cancelled, "the task was cancelled", sqlState: .queryCanceled)
    }
}
