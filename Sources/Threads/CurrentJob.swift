#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Which job a thread runs, for the threads of one pool.
final class CurrentJob: Sendable {
    private let key: pthread_key_t

    init() {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no room for another value of each thread")
        self.key = key
    }

    deinit { pthread_key_delete(key) }

    /// Whether this thread runs `job`.
    func isSame(as job: UnownedJob) -> Bool { pthread_getspecific(key) == Self.identity(of: job) }

    func whileRunning(_ job: UnownedJob, _ body: () -> Void) {
        pthread_setspecific(key, Self.identity(of: job))
        body()
        pthread_setspecific(key, nil)
    }

    /// A job is a reference, mostly of a task. Swift does not compare them itself.
    private static func identity(of job: UnownedJob) -> UnsafeMutableRawPointer {
        unsafeBitCast(job, to: UnsafeMutableRawPointer.self)
    }
}
