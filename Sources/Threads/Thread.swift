#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

enum Thread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread.
    ///
    /// Where there may be no more of them it tries again every 10 ms, as others may end. Then it ends the program with exit
    /// code 69 and a line that says what to do: what waits for the thread would wait for ever.
    static func start(tries: Int = 1000, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(body)).toOpaque()
        var status = tryToStart(start)
        for _ in 1..<tries where status == EAGAIN {
            usleep(10_000)
            status = tryToStart(start)
        }
        guard status == 0 else { giveUp(because: String(cString: strerror(status))) }
    }

    private static func giveUp(because reason: String) -> Never {
        let line = """
            error: no thread can be started (\(reason)): allow more processes (ulimit -u, or the container's limit of \
            processes), or use a lower --concurrency

            """
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(69)
    }

    private static func tryToStart(_ start: UnsafeMutableRawPointer) -> Int32 {
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                #if canImport(Glibc)
                    let argument = argument!
                #endif
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            start
        )
        guard status == 0 else { return status }
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            pthread_detach(thread!)
        #endif
        return status
    }
}
