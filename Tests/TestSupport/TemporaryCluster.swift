internal import FoundationEssentials
internal import LocalPostgres
internal import Postgres

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A PostgreSQL cluster that lives as long as the process of the tests.
enum TemporaryCluster {
    private static let parent = "/tmp/coppice-tests-\(getuid())"

    static func start() async throws -> (PostgresConfiguration, FileLock) {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        await reapAbandoned()
        let home = parent + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
        // Locked before the directory exists, so that nobody takes a new cluster for an abandoned one.
        let lock = try FileLock.wait(for: home + ".lock")
        AtExit.remove(home)
        return (try await cluster(home).startServer(), lock)
    }

    private static func cluster(_ home: String) -> LocalCluster {
        LocalCluster(home: home, settings: .disposable)
    }

    /// Removes clusters whose process was killed: it cannot hold their lock any more.
    private static func reapAbandoned() async {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasSuffix(".lock") {
            let home = parent + "/" + name.dropLast(".lock".count)
            guard let lock = try? FileLock.ifFree(parent + "/" + name) else { continue }
            defer { withExtendedLifetime(lock) {} }
            _ = try? await cluster(home).stop()
            try? FileManager.default.removeItem(atPath: home)
            try? FileManager.default.removeItem(atPath: parent + "/" + name)
        }
    }
}
