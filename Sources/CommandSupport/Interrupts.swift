internal import Dispatch
internal import Glibc

/// Ctrl-C as a sequence: for commands that have something to do before they end.
public enum Interrupts {
    /// One element for each SIGINT from now on; the process is no longer ended by it.
    public static func stream() -> AsyncStream<Void> {
        AsyncStream { continuation in
            signal(SIGINT, SIG_IGN)
            // Dispatch sources are safe to use from any thread; only their Swift type does not say so.
            nonisolated(unsafe) let source = DispatchSource.makeSignalSource(
                signal: SIGINT,
                queue: .global(qos: .userInteractive)
            )
            source.setEventHandler { continuation.yield() }
            continuation.onTermination = { _ in
                source.cancel()
                signal(SIGINT, SIG_DFL)
            }
            source.activate()
        }
    }
}
