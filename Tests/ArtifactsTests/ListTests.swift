import Artifacts
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct ListTests {
    @Test("A folder is listed one level deep, with what its folders hold")
    func levels() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let owner = ArtifactOwner.run(try await fixture.makeRun())
        let paths = [
            "scatter.png", "model/MLmodel", "model/model.onnx", "model/data/x", "model-old/y", "model.txt", "ü/z",
        ]
        try await store.put(try paths.map { try NewArtifact(path: $0, bytes: [1, 2]) }, of: owner)

        let root = try await store.list(of: owner)
        #expect(
            Set(root) == [
                ArtifactEntry(path: "scatter.png", isFolder: false, size: 2, fileCount: 1),
                ArtifactEntry(path: "model", isFolder: true, size: 6, fileCount: 3),
                ArtifactEntry(path: "model-old", isFolder: true, size: 2, fileCount: 1),
                ArtifactEntry(path: "model.txt", isFolder: false, size: 2, fileCount: 1),
                ArtifactEntry(path: "ü", isFolder: true, size: 2, fileCount: 1),
            ]
        )
        #expect(root.map(\.path) == ["model", "model-old", "model.txt", "scatter.png", "ü"])
        #expect(
            try await store.list(ArtifactPath("model"), of: owner).map(\.path) == [
                "model/MLmodel", "model/data", "model/model.onnx",
            ]
        )
        #expect(try await store.list(ArtifactPath("ü"), of: owner).map(\.path) == ["ü/z"])
        #expect(try await store.list(ArtifactPath("scatter.png"), of: owner).isEmpty)
        #expect(try await store.list(ArtifactPath("nothing"), of: owner).isEmpty)
        #expect(try await store.files(in: ArtifactPath("model"), of: owner).count == 3)
        #expect(try await store.info(ArtifactPath("model.txt"), of: owner)?.size == 2)
        #expect(try await store.info(ArtifactPath("model"), of: owner) == nil)
    }

    @Test("What does not exist is answered with what is beside it")
    func notFound() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let run = try await fixture.makeRun()
        let owner = ArtifactOwner.run(run)
        await expect(.notFound, "there are none") { _ = try await store.read(ArtifactPath("a"), of: owner) }
        try await fixture.publish([("model/MLmodel", [1]), ("a.png", [2])], run: run, to: store)

        await expect(.notFound, "there are a.png, model/") {
            _ = try await store.read(ArtifactPath("b.png"), of: owner)
        }
        await expect(.notFound, "there are model/MLmodel") {
            _ = try await store.read(ArtifactPath("model/x"), of: owner)
        }
        await expect(.notFound, "no folder 'x'") { _ = try await store.read(ArtifactPath("x/y"), of: owner) }
        await expect(.notFound, "is a folder") { _ = try await store.read(ArtifactPath("model"), of: owner) }
        await expect(.notFound) { _ = try await store.readFolder(ArtifactPath("x"), of: owner) }
        await expect(.notFound) { _ = try await store.read(ArtifactPath("a.png"), of: .loggedModel(run)) }
    }

    @Test("A logged model has artifacts of its own")
    func ofModels() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let model = try await fixture.pool.withSession { session in
            try session.execute(
                "insert into coppice.logged_models (experiment_id, name) values (0, 'm') returning model_no"
            ).int64(0, 0)
        }

        try await store.put([NewArtifact(path: "MLmodel", bytes: [7])], of: .loggedModel(model))

        #expect(try await store.read(ArtifactPath("MLmodel"), of: .loggedModel(model)) == [7])
        #expect(try await store.list(of: .loggedModel(model)).map(\.path) == ["MLmodel"])
    }

    @Test("Data is uploaded once, and read by its digest", arguments: [false, true])
    func dataFiles(inFolder: Bool) async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let store = fixture.store(inFolder ? folder.root : .postgres)
        let bytes = pattern(3 << 20)

        let digest = try await store.uploadData(
            name: "train.csv",
            content: .bytes(bytes),
            rowCount: 3,
            columns: ["a", "b"],
            uploadedBy: "ada"
        )
        let again = try await store.uploadData(
            name: "copy.csv",
            content: .bytes(bytes),
            rowCount: 3,
            columns: ["a", "b"],
            uploadedBy: "bob"
        )

        #expect(digest == again)
        #expect(digest == Digest(of: bytes))
        #expect(try await store.readData(digest) == bytes)
        let file = try #require(await store.dataFile(digest))
        #expect(file.name == "train.csv")
        #expect(file.size == 3 << 20)
        #expect(file.rowCount == 3)
        #expect(file.columns == ["a", "b"])
        #expect(file.uploadedBy == "ada")
        #expect(try await store.dataFile(Digest(of: [])) == nil)
        await expect(.notFound) { _ = try await store.readData(Digest(of: [])) }
        _ = folder
    }
}
