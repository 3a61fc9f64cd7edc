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

    /// Runs `body` on a new thread. Where there may be no more of them, it tries again for ten seconds, as others may end;
    /// then the program does: what waits for the thread would wait for ever.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(body)).toOpaque()
        var status = tryToStart(start)
        for _ in 0..<1000 where status == EAGAIN {
            usleep(10_000)
            status = tryToStart(start)
        }
        guard status == 0 else { fatalError("no thread could be started: error \(status)") }
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
