internal import Foundation
internal import Glibc

/// A file system of a few megabytes in memory, for artifacts, that can be filled up.
final class SmallDisk: Sendable {
    let path: String
    private var ballast: String { path + "/ballast" }

    /// Mounts it; `nil` where that is not permitted.
    init?(at folder: URL, megabytes: Int) throws {
        path = folder.path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Open to the server, which checks the digests.
        guard mount("chaos", path, "tmpfs", 0, "size=\(megabytes)m,mode=0777") == 0 else { return nil }
    }

    deinit {
        unmount()
    }

    func unmount() {
        // Also while a worker still uses it.
        umount2(path, Int32(MNT_DETACH))
    }

    /// Lets the server read all files, whose user is another one if this is root.
    func openToServer() {
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            chmod(path + "/" + name, 0o755)
        }
    }

    /// Uses up what is free.
    func fillUp() {
        let file = open(ballast, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { return }
        let chunk = [UInt8](repeating: 0, count: 1 << 12)
        while write(file, chunk, chunk.count) == chunk.count {}
        close(file)
    }

    func makeRoom() {
        unlink(ballast)
    }
}
