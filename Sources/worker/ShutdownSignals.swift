internal import CommandSupport
internal import Dispatch
internal import Foundation
internal import Jobs

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// SIGTERM and SIGINT as requests to stop: the first is graceful, every later one is immediate.
final class ShutdownSignals: Sendable {
    /// The requests since the start was over.
    let requests: AsyncStream<ShutdownRequest>
    private let continuation: AsyncStream<ShutdownRequest>.Continuation
    private let queue = DispatchQueue(label: "coppice.shutdown-signals")
    // These are touched on `queue` only.
    nonisolated(unsafe) private var isStarting = true
    nonisolated(unsafe) private var count = 0
    nonisolated(unsafe) private var listener: SignalListener?

    /// From now on signals are requests. Before `startIsOver` one ends the process at once: there is nothing to be
    /// finished, and what it waits for, a database that is away for instance, may take long.
    init() {
        (requests, continuation) = AsyncStream.makeStream()
        listener = SignalListener([SIGTERM, SIGINT], on: queue) { [self] in receive() }
    }

    /// From now on requests are for who reads `requests`.
    func startIsOver() {
        queue.sync { isStarting = false }
    }

    private func receive() {
        if isStarting {
            StandardError.print("stopped before it had begun")
            // Not `exit`, which lets libraries clean up while another thread is still starting with them.
            _exit(0)
        }
        count += 1
        continuation.yield(count == 1 ? .graceful : .immediate)
    }
}
