import Artifacts
import Glibc
import Postgres
import TestSupport
import Testing

/// A file system of 256 KiB, so that a disk is full in a test; nil where mounting is not permitted.
private final class TinyDisk: Sendable {
    let folder: TemporaryFolder

    init?() throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=256k") == 0 else { return nil }
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }

    static let isPermitted = (try? TinyDisk()) != nil
}

@Suite(.database, .enabled(if: TinyDisk.isPermitted, "needs the right to mount a tmpfs"))
struct DiskFullTests {
    @Test("A full disk is a clear error, and leaves nothing half-written and no name")
    func nothingHalfWritten() async throws {
        let fixture = try Fixture()
        let disk = try #require(try TinyDisk())
        let store = fixture.store(disk.folder.root)
        let run = try await fixture.makeRun()
        try await fixture.publish([("small", pattern(1000))], run: run, to: store)
        let before = disk.folder.files

        await expect(.storageFull, "No space left", "free some space") {
            try await fixture.publish([("large", pattern(1 << 20))], run: run, to: store)
        }
        await expect(.storageFull) {
            try await store.put([NewArtifact(path: "small", bytes: pattern(1 << 20))], of: .run(run))
        }

        #expect(disk.folder.files == before)
        #expect(try await store.files(of: .run(run)).map(\.path.description) == ["small"])
        #expect(try await store.read(ArtifactPath("small"), of: .run(run)) == pattern(1000))
        try await fixture.publish([("next", pattern(2000))], run: run, to: store)
    }
}
