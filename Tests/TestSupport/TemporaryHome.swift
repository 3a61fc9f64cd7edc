internal import FoundationEssentials
internal import LocalPostgres

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A directory that lives as long as a test or the process of the tests, together with the servers that run in it.
///
/// A process that is killed cannot clean up; the next one does, for every directory whose lock nobody holds.
public struct TemporaryHome: Sendable {
    /// The directory; it does not exist yet.
    public let path: String
    private let lock: FileLock

    /// In memory where there is room: making databases is mostly writing files, and none of them has to last.
    private static let parent: String = {
        var info = statvfs()
        let hasRoom = statvfs("/dev/shm", &info) == 0 && UInt64(info.f_bavail) * UInt64(info.f_frsize) > 2 << 30
        return (hasRoom ? "/dev/shm" : "/tmp") + "/coppice-tests-\(getuid())"
    }()

    init() throws {
        try FileManager.default.createDirectory(atPath: Self.parent, withIntermediateDirectories: true)
        path = Self.parent + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
        // Locked before the directory exists, so that nobody takes it for an abandoned one.
        lock = try FileLock.wait(for: path + ".lock")
    }

    /// Lends a directory to `body` and removes it afterwards.
    public static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let home = try TemporaryHome()
        defer { remove(home.path) }
        return try await body(home.path)
    }

    /// Ends the servers that run in `path`, and removes it.
    static func remove(_ path: String) {
        while endServers(in: path) { sched_yield() }
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: path + ".lock")
    }

    /// Removes what killed processes left behind.
    public static func removeAbandoned() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasSuffix(".lock") {
            guard let lock = try? FileLock.ifFree(parent + "/" + name) else { continue }
            remove(parent + "/" + name.dropLast(".lock".count))
            withExtendedLifetime(lock) {}
        }
    }

    private static func isPostgres(_ process: pid_t) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe"))?.hasSuffix("/postgres")
            == true
    }

    /// `true` if there were any. A server works in its data directory.
    private static func endServers(in path: String) -> Bool {
        var found = false
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name),
                let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd"),
                directory.hasPrefix(path + "/")
            else { continue }
            found = true
            // What PostgreSQL calls an immediate shutdown: like a crash, but with all its processes. What others make of
            // the signal nobody knows, and they may have inherited that it is blocked.
            kill(process, isPostgres(process) ? SIGQUIT : SIGKILL)
        }
        return found
    }
}
