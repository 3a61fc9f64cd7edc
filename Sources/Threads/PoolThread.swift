internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One thread of a pool.
final class PoolThread: @unchecked Sendable {
    // Unchecked: the variables belong to the thread itself.

    /// Signalled to a thread that waits, by whoever took it from the list of those.
    let isCalled = DispatchSemaphore(value: 0)
    private var job: UnsafeMutableRawPointer?
    /// What its job left to be done on these threads when it let go of this one: next, unless others have come first.
    var kept: CachedThreadPool.Work?

    func run(_ job: UnownedJob, _ body: () -> Void) {
        self.job = Self.identity(of: job)
        body()
        self.job = nil
    }

    /// A task is the same job all its life. The turn of an actor without an executor of its own is not, and another one may
    /// be mistaken for it: that one is then done after it, on this thread.
    func runs(_ job: UnownedJob) -> Bool { self.job == Self.identity(of: job) }

    /// A job is a reference, mostly of a task. Swift does not compare them itself.
    private static func identity(of job: UnownedJob) -> UnsafeMutableRawPointer {
        unsafeBitCast(job, to: UnsafeMutableRawPointer.self)
    }
}

/// Which of a pool's threads this code runs on.
final class CurrentThread: Sendable {
    private let key: pthread_key_t

    init() {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no room for another value of each thread")
        self.key = key
    }

    deinit { pthread_key_delete(key) }

    /// nil: none of them.
    var thread: PoolThread? {
        pthread_getspecific(key).map { Unmanaged<PoolThread>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Parameter thread: is to live as long as this one runs.
    func become(_ thread: PoolThread) {
        pthread_setspecific(key, Unmanaged.passUnretained(thread).toOpaque())
    }
}
