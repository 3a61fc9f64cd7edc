#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An exclusive lock on a file, for processes. The system releases it when its holder ends, however it ends.
public final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits until nobody else holds it. Blocks the thread.
    public static func wait(for path: String) throws -> FileLock {
        let lock = try open(path)
        while flock(lock.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw LocalPostgresError.system("cannot lock \(path)") }
        }
        return lock
    }

    /// `nil` if somebody else holds it.
    public static func ifFree(_ path: String) throws -> FileLock? {
        let lock = try open(path)
        return flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nil
    }

    private static func open(_ path: String) throws(LocalPostgresError) -> FileLock {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("cannot open the lock file \(path)") }
        return FileLock(descriptor: descriptor)
    }
}
