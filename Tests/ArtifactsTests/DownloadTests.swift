import Artifacts
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct DownloadTests {
    private let artifacts: [(path: String, bytes: [UInt8])] = [
        ("scatter.png", pattern(3000)), ("model/MLmodel", [1]), ("model/sub/x", pattern(2 << 20)), ("empty", []),
    ]

    private func makeRun(_ fixture: Fixture) async throws -> ArtifactOwner {
        let run = try await fixture.makeRun()
        try await fixture.publish(artifacts, run: run, to: fixture.store())
        return .run(run)
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    @Test("A file goes under a new name, or into a folder, as with cp")
    func file() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let owner = try await makeRun(fixture)
        let store = fixture.store()

        let named = try await store.download(ArtifactPath("scatter.png"), of: owner, to: "\(folder.path)/plot.png")
        let inside = try await store.download(ArtifactPath("scatter.png"), of: owner, to: folder.path)
        _ = try await store.download(ArtifactPath("empty"), of: owner, to: "\(folder.path)/plot.png")

        #expect(named == .init(destination: "\(folder.path)/plot.png", fileCount: 1, size: 3000))
        #expect(inside.destination == "\(folder.path)/scatter.png")
        #expect(folder.files == ["plot.png", "scatter.png"])
        #expect(try bytes("\(folder.path)/scatter.png") == pattern(3000))
        #expect(try bytes("\(folder.path)/plot.png").isEmpty)
    }

    @Test("A folder goes under a new name, or into a folder; a nil path is everything")
    func folders() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let owner = try await makeRun(fixture)
        let store = fixture.store()

        let first = try await store.download(ArtifactPath("model"), of: owner, to: "\(folder.path)/a/b")
        #expect(first == .init(destination: "\(folder.path)/a/b", fileCount: 2, size: (2 << 20) + 1))
        #expect(folder.files == ["a/b/MLmodel", "a/b/sub/x"])
        #expect(try bytes("\(folder.path)/a/b/sub/x") == pattern(2 << 20))

        _ = try await store.download(ArtifactPath("model"), of: owner, to: "\(folder.path)/a")
        #expect(folder.files.contains("a/model/MLmodel"))

        #expect(try await store.download(nil, of: owner, to: "\(folder.path)/all").fileCount == 4)
        #expect(folder.files.contains("all/model/sub/x"))
    }

    @Test("A damaged artifact leaves no file, and an older one as it was")
    func damaged() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let owner = try await makeRun(fixture)
        let target = "\(folder.path)/x"
        try Data([7]).write(to: URL(filePath: target))
        try await fixture.pool.withSession { session in
            _ = try session.execute(
                "update coppice.blob_chunks set bytes = set_byte(bytes, 9, 255 - get_byte(bytes, 9)) where chunk_no = 1"
            )
        }

        await expect(.corrupt) {
            _ = try await fixture.store().download(ArtifactPath("model/sub/x"), of: owner, to: target)
        }

        #expect(folder.files == ["x"])
        #expect(try bytes(target) == [7])
    }

    @Test("What does not exist, or cannot be written")
    func failures() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let owner = try await makeRun(fixture)
        let store = fixture.store()
        let empty = ArtifactOwner.run(try await fixture.makeRun())

        await expect(.notFound) { _ = try await store.download(ArtifactPath("nope"), of: owner, to: folder.path) }
        await expect(.notFound, "no artifacts") { _ = try await store.download(nil, of: empty, to: folder.path) }
        await expect(.notFound) {
            _ = try await store.download(ArtifactPath("empty"), of: owner, to: "\(folder.path)/no/such/folder")
        }
        try Data([7]).write(to: URL(filePath: "\(folder.path)/file"))
        await expect(.storageFailed) {
            _ = try await store.download(ArtifactPath("model"), of: owner, to: "\(folder.path)/file")
        }
        #expect(folder.files == ["file"])
    }
}
