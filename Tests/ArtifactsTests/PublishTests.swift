import Artifacts
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct PublishTests {
    /// Around the chunk size, and far beyond.
    static let sizes = [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20]

    @Test("What is published is read back, from the database and from a folder", arguments: [false, true])
    func roundTrip(inFolder: Bool) async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let store = fixture.store(inFolder ? folder.root : .postgres)
        let run = try await fixture.makeRun()
        let artifacts = Self.sizes.map { (path: "sizes/\($0).bin", bytes: pattern($0)) }

        try await fixture.publish(artifacts, run: run, to: store)

        for (path, bytes) in artifacts {
            #expect(try await store.read(ArtifactPath(path), of: .run(run)) == bytes)
        }
        let read = try await store.readFolder(ArtifactPath("sizes"), of: .run(run))
        #expect(read.map(\.path) == artifacts.map { String($0.path.dropFirst("sizes/".count)) }.sorted())
        #expect(read.reduce(0) { $0 + $1.bytes.count } == Self.sizes.reduce(0, +))
        #expect(try await store.readFolder(nil, of: .run(run)).count == Self.sizes.count)
        #expect(try await fixture.count("blob_chunks") == (inFolder ? 0 : 10))
        #expect(folder.blobFiles.count == (inFolder ? Self.sizes.count : 0))
        _ = folder
    }

    @Test("A store reads what was kept elsewhere before")
    func rootsChange() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let run = try await fixture.makeRun()
        try await fixture.publish([("a", [1])], run: run, to: fixture.store(folder.root))
        try await fixture.publish([("b", [2])], run: run, to: fixture.store(.postgres))

        for store in [fixture.store(folder.root), fixture.store(.postgres)] {
            #expect(try await store.readFolder(nil, of: .run(run)).map(\.bytes) == [[1], [2]])
        }
        _ = folder
    }

    @Test("Bytes are kept once, however many names they have")
    func deduplicated() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let runs = [try await fixture.makeRun(), try await fixture.makeRun()]

        for run in runs { try await fixture.publish([("a", [1, 2, 3]), ("b", [1, 2, 3])], run: run, to: store) }

        #expect(try await fixture.count("artifacts") == 4)
        #expect(try await fixture.count("blobs") == 1)
        #expect(try await fixture.count("blob_chunks") == 1)
    }

    @Test("Of those who put a file at the same time, one stays, and none is refused")
    func race() async throws {
        let fixture = try Fixture(connections: 8)
        let store = fixture.store()
        let run = try await fixture.makeRun()
        let path = try ArtifactPath("a")
        for _ in 0..<20 {
            try await withThrowingTaskGroup { group in
                for value in 0..<8 as Range<UInt8> {
                    group.addTask {
                        try await store.put([NewArtifact(path: path, content: .bytes([value]))], of: .run(run))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.count("artifacts") == 1)
            try await store.delete(path, of: .run(run))
        }
    }

    @Test("A transaction that rolls back publishes nothing, and can be repeated")
    func rollBack() async throws {
        struct Stop: Error {}
        let fixture = try Fixture()
        let store = fixture.store()
        let run = try await fixture.makeRun()
        let staged = try await store.stage([(path: "a", bytes: pattern(3 << 20))])

        await #expect(throws: Stop.self) {
            try await fixture.pool.withTransaction { session in
                try staged.publish(run: run, in: session)
                throw Stop()
            }
        }
        #expect(try await fixture.count("blobs") == 0)

        try await fixture.pool.withTransaction { try staged.publish(run: run, in: $0) }
        #expect(try await store.read(ArtifactPath("a"), of: .run(run)) == pattern(3 << 20))
    }

    @Test("Many runs that publish the same bytes at once, in any order, neither fail nor deadlock")
    func concurrentSameBytes() async throws {
        let fixture = try Fixture(connections: 8)
        let store = fixture.store()
        let contents = (0..<6).map { (path: "f\($0)", bytes: pattern(2000, seed: UInt8($0))) }
        let runs = try await fixture.makeRuns(16)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for run in runs { group.addTask { try await fixture.publish(contents.shuffled(), run: run, to: store) } }
            try await group.waitForAll()
        }

        #expect(try await fixture.count("blobs") == 6)
        for run in runs {
            #expect(try await store.readFolder(nil, of: .run(run)).map(\.bytes) == contents.map(\.bytes))
        }
    }

    @Test("A run's artifact is not replaced by publishing")
    func alreadyExists() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let run = try await fixture.makeRun()
        try await fixture.publish([("a", [1])], run: run, to: store)

        await expect(.alreadyExists) { try await fixture.publish([("a", [2])], run: run, to: store) }

        #expect(try await store.read(ArtifactPath("a"), of: .run(run)) == [1])
    }

    @Test("Two artifacts of one name, or a file that is also a folder, are refused before anything is written")
    func names() async throws {
        let folder = try TemporaryFolder()
        let store = try Fixture().store(folder.root)

        await expect(.invalidPath, "same path") {
            _ = try await store.stage([(path: "a", bytes: [1]), (path: "./a", bytes: [2])])
        }
        await expect(.invalidPath, "both a file and the folder") {
            _ = try await store.stage([(path: "a/b/c", bytes: [1]), (path: "a/b", bytes: [2])])
        }
        await expect(.invalidPath) { _ = try await store.stage([(path: "../a", bytes: [1])]) }
        #expect(folder.files.isEmpty)
    }

    @Test("Putting replaces, deleting removes a file or a folder")
    func putAndDelete() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let owner = ArtifactOwner.run(try await fixture.makeRun())
        try await store.put(["a", "f/x", "f/g/y", "f0"].map { try NewArtifact(path: $0, bytes: [1]) }, of: owner)

        try await store.put([NewArtifact(path: "a", bytes: [2])], of: owner)
        #expect(try await store.read(ArtifactPath("a"), of: owner) == [2])

        try await store.delete(ArtifactPath("f"), of: owner)
        #expect(try await store.files(of: owner).map(\.path.description) == ["a", "f0"])
        await expect(.notFound) { try await store.delete(ArtifactPath("f"), of: owner) }
    }
}

extension Fixture {
    func makeRuns(_ count: Int) async throws -> [Int64] {
        var runs: [Int64] = []
        for _ in 0..<count { runs.append(try await makeRun()) }
        return runs
    }
}
