import Artifacts
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct CorruptionTests {
    @Test(
        "A chunk that changed, shrank, grew or went missing is noticed",
        arguments: [
            "update coppice.blob_chunks set bytes = set_byte(bytes, 77, get_byte(bytes, 77) # 1) where chunk_no = 1",
            "update coppice.blob_chunks set bytes = substr(bytes, 1, 10) where chunk_no = 2",
            "update coppice.blob_chunks set bytes = bytes || '\\x00' where chunk_no = 2",
            "delete from coppice.blob_chunks where chunk_no = 2",
            "delete from coppice.blob_chunks where chunk_no = 0",
        ]
    )
    func inDatabase(damage: String) async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let run = try await fixture.makeRun()
        try await fixture.publish([("model/model.onnx", pattern(2_500_000))], run: run, to: store)

        try await fixture.pool.withSession { _ = try $0.execute(SQL(unsafeRaw: damage)) }

        await expect(.corrupt, "'model/model.onnx' is damaged") {
            _ = try await store.read(ArtifactPath("model/model.onnx"), of: .run(run))
        }
        await expect(.corrupt, "model.onnx") { _ = try await store.readFolder(ArtifactPath("model"), of: .run(run)) }
    }

    @Test("A file that changed, shrank or went missing is noticed")
    func inFolder() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let store = fixture.store(folder.root)
        let run = try await fixture.makeRun()
        try await fixture.publish([("a", pattern(2_500_000))], run: run, to: store)
        let file = "\(folder.path)/\(try #require(folder.blobFiles.first))"
        let read = { _ = try await store.read(ArtifactPath("a"), of: .run(run)) }
        try await read()

        var bytes = pattern(2_500_000)
        bytes[1_500_000] ^= 1
        try Data(bytes).write(to: URL(filePath: file))
        await expect(.corrupt, "SHA-256") { try await read() }
        #expect(truncate(file, 1000) == 0)
        await expect(.corrupt, "1000 bytes instead of 2500000") { try await read() }
        #expect(unlink(file) == 0)
        await expect(.storageFailed, "mounted") { try await read() }
    }

    @Test("A file that changes between staging and publishing is refused")
    func changedFile() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let source = "\(folder.path)/source"
        try Data(pattern(100)).write(to: URL(filePath: source))
        let run = try await fixture.makeRun()
        let staged = try await fixture.store().stage([NewArtifact(path: ArtifactPath("a"), content: .file(source))])
        try Data(pattern(100, seed: 1)).write(to: URL(filePath: source))

        await expect(.changed) { try await fixture.pool.withTransaction { try staged.publish(run: run, in: $0) } }

        #expect(try await fixture.count("artifacts") == 0)
    }
}
