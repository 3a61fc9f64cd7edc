internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Ctrl-C as a sequence: for commands that have something to do before they end.
public enum Interrupts {
    /// One element for each SIGINT from now on; the process is no longer ended by it.
    public static func stream() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let listener = SignalListener([SIGINT], on: DispatchQueue(label: "coppice.interrupts")) {
                continuation.yield()
            }
            continuation.onTermination = { _ in listener.cancel() }
        }
    }
}
