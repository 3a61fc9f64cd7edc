internal import CLibPQ
internal import Dispatch

/// Asks the server to stop what a connection executes, over a connection of its own.
///
/// It outlives the connection that it is for, for as long as somebody sends it: a network that swallows it lets the sender
/// wait without end.
final class CancelRequest: Sendable {
    /// How long a server may take to hear of it, and then to answer the statement that it stops.
    static let patience: Duration = .seconds(10)

    private nonisolated(unsafe) let request: OpaquePointer

    /// nil: there is no connection.
    init?(_ connection: OpaquePointer) {
        guard let request = PQgetCancel(connection) else { return nil }
        self.request = request
    }

    deinit { PQfreeCancel(request) }

    /// Sends it from a thread of its own: those of the global queue are on Linux those of all tasks, and where they all wait
    /// there is one more in a second. The group is done when the server has heard.
    func send() -> DispatchGroup {
        let group = DispatchGroup()
        DispatchQueue(label: "coppice.postgres.cancel").async(group: group) { [self] in
            var reason = [CChar](repeating: 0, count: 256)
            // If it fails, the statement goes on and the task waits for it: nothing better can be done.
            PQcancel(request, &reason, Int32(reason.count))
        }
        return group
    }
}

extension DispatchGroup {
    /// Blocks; false: it took longer than `CancelRequest.patience`.
    ///
    /// - Parameter start: since when; a second is left in any case.
    func waitPatiently(since start: ContinuousClock.Instant = .now) -> Bool {
        let rest = max(start + CancelRequest.patience - .now, .seconds(1))
        return wait(timeout: .now() + .milliseconds(Int(rest / .milliseconds(1)))) == .success
    }
}
