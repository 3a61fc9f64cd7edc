internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// Carries the cancellation of a task to the statement that its session executes.
///
/// `PQcancel` asks the server over a second connection, and the server signals whatever runs on the first one.
/// A signal that comes late would stop the next statement; therefore a statement is not over before the request is.
final class SessionCancellation: Sendable {
    private struct State {
        var isCancelled = false
        /// The request for the statement that is running; valid while it runs.
        nonisolated(unsafe) var request: OpaquePointer?
        /// Entered while the request is on its way.
        var sending: DispatchGroup?
    }

    private let state = Mutex(State())

    /// Called from any thread when the task is cancelled.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            guard state.request != nil, state.sending == nil else { return }
            let sending = DispatchGroup()
            state.sending = sending
            // The caller must not wait for a network round trip.
            DispatchQueue.global().async(group: sending) { [self] in send() }
        }
    }

    private func send() {
        guard let request = state.withLock({ SendablePointer($0.request) }).pointer else { return }
        var reason = [CChar](repeating: 0, count: 256)
        // If it fails, the statement goes on and the task waits for it: nothing better can be done.
        PQcancel(request, &reason, Int32(reason.count))
    }

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Runs a statement that `request` can cancel. Throws if the task has been cancelled before.
    func perform<Result: ~Copyable>(
        cancelledBy request: OpaquePointer?,
        _ statement: () throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        let request = SendablePointer(request)
        let proceeds = state.withLock { state in
            guard !state.isCancelled else { return false }
            state.request = request.pointer
            return true
        }
        guard proceeds else { throw .taskCancelled }
        defer {
            let sending = state.withLock { state in
                // While a request is on its way, it needs the connection that it is for.
                if state.sending == nil { state.request = nil }
                return state.sending
            }
            if let sending {
                sending.wait()
                state.withLock { state in
                    state.request = nil
                    state.sending = nil
                }
            }
        }
        return try statement()
    }
}

/// A libpq object that is used under a lock, or by one thread at a time.
struct SendablePointer: @unchecked Sendable {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) { self.pointer = pointer }
}

extension PostgresError {
    static var taskCancelled: PostgresError {
        PostgresError(.cancelled, "the task was cancelled", sqlState: .queryCanceled)
    }
}
