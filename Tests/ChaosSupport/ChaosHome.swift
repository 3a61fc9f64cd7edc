public import Foundation
internal import Glibc
internal import LocalPostgres

/// The directory of a run, and what lives in it.
public enum ChaosHome {
    /// Lends a new directory to `body`; ends the server in its folder `server`, and removes it afterwards.
    ///
    /// - Parameter keepingLogs: leaves the folder `logs`, and says on standard error where it is.
    public static func with<Result>(
        keepingLogs: Bool = false,
        _ body: (URL) async throws -> Result
    ) async throws -> Result {
        let home = URL(filePath: parent).appending(path: "coppice-chaos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(home)) } catch { outcome = .failure(error) }
        // Also when the run was cancelled, and nothing that waits works any more.
        await Task.detached {
            _ = try? await LocalCluster(home: home.appending(path: "server").path).kill()
            endServers(in: home)
            if keepingLogs {
                let kept = FileManager.default.temporaryDirectory.appending(path: home.lastPathComponent + "-logs")
                try? FileManager.default.copyItem(at: home.appending(path: "logs"), to: kept)
                FileHandle.standardError.write(Data("the workers' logs are in \(kept.path)\n".utf8))
            }
            umount2(home.appending(path: "disk").path, Int32(MNT_DETACH))
            try? FileManager.default.removeItem(at: home)
        }.value
        return try outcome.get()
    }

    /// Ends what else works in the directory, such as a standby.
    private static func endServers(in home: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name),
                let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd"),
                folder.hasPrefix(home.path + "/")
            else { continue }
            kill(process, SIGQUIT)
        }
    }

    /// In memory where there is room: none of it has to outlast the machine.
    private static var parent: String {
        var info = statvfs()
        let hasRoom = statvfs("/dev/shm", &info) == 0 && UInt64(info.f_bavail) * UInt64(info.f_frsize) > 4 << 30
        return hasRoom ? "/dev/shm" : "/tmp"
    }
}
