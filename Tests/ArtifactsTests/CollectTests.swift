import Artifacts
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct CollectTests {
    private static let day = Duration.seconds(86_400)

    /// Makes everything look `days` old.
    private func age(_ fixture: Fixture, _ folder: TemporaryFolder? = nil, days: Int = 2) async throws {
        try await fixture.pool.withSession { session in
            _ = try session.execute(
                "update coppice.blobs set created_at = created_at - make_interval(days => \(Int32(days)))"
            )
        }
        for file in folder?.files ?? [] {
            let past = timespec(tv_sec: time(nil) - days * 86_400, tv_nsec: 0)
            #expect(utimensat(AT_FDCWD, "\(folder!.path)/\(file)", [past, past], 0) == 0)
        }
    }

    @Test("What nothing names is removed, what something names stays", arguments: [false, true])
    func orphans(inFolder: Bool) async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let store = fixture.store(inFolder ? folder.root : .postgres)
        let run = try await fixture.makeRun()
        let owner = ArtifactOwner.run(run)
        try await fixture.publish(
            [("kept", pattern(10)), ("dropped", pattern(2_000_000)), ("shared", pattern(30))],
            run: run,
            to: store
        )
        try await store.put([NewArtifact(path: "same", bytes: pattern(30))], of: owner)
        try await store.uploadData(
            name: "d.csv",
            content: .bytes(pattern(40)),
            rowCount: 1,
            columns: [],
            uploadedBy: "ada"
        )
        try await store.delete(ArtifactPath("dropped"), of: owner)
        try await store.delete(ArtifactPath("shared"), of: owner)

        #expect(try await store.collect(olderThan: Self.day) == CollectedBlobs())
        try await age(fixture, folder)
        #expect(try await store.collect(olderThan: Self.day) == CollectedBlobs(count: 1, size: 2_000_000))
        #expect(try await store.collect(olderThan: Self.day) == CollectedBlobs())

        #expect(try await store.read(ArtifactPath("kept"), of: owner) == pattern(10))
        #expect(try await store.read(ArtifactPath("same"), of: owner) == pattern(30))
        #expect(try await store.readData(Digest(of: pattern(40))) == pattern(40))
        #expect(try await fixture.count("blobs") == 3)
        #expect(folder.blobFiles.count == (inFolder ? 3 : 0))
    }

    @Test("Files that were staged and never published go after the grace time, unless they are staged again")
    func abandoned() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let store = fixture.store(folder.root)
        _ = try await store.stage([(path: "a", bytes: [1]), (path: "b", bytes: [2, 3])])
        try Data([9]).write(to: URL(filePath: "\(folder.path)/tmp/crashed"))
        #expect(try await store.collect(olderThan: Self.day) == CollectedBlobs())

        try await age(fixture, folder)
        let staged = try await store.stage([(path: "a", bytes: [1])])
        #expect(try await store.collect(olderThan: Self.day) == CollectedBlobs(count: 1, size: 2))

        let run = try await fixture.makeRun()
        try await fixture.pool.withTransaction { try staged.publish(run: run, in: $0) }
        #expect(try await store.read(ArtifactPath("a"), of: .run(run)) == [1])
        #expect(folder.blobFiles.count == 1)
    }

    @Test("Collecting and publishing the same bytes at once never loses an artifact")
    func raced() async throws {
        let fixture = try Fixture(connections: 6)
        let store = fixture.store()
        let contents = (0..<4).map { (path: "f\($0)", bytes: pattern(100, seed: UInt8($0))) }
        let runs = try await fixture.makeRuns(60)

        let published = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for run in runs {
                group.addTask {
                    do {
                        try await fixture.publish(contents, run: run, to: store)
                        // Gone again at once, so that the next one races with a collection.
                        if run % 2 == 0 { try await store.delete(ArtifactPath("f0"), of: .run(run)) }
                        return run
                    } catch let error as ArtifactError where error.code == .conflict {
                        return nil
                    }
                }
                group.addTask {
                    _ = try await store.collect(olderThan: .zero)
                    return nil
                }
            }
            return try await group.reduce(into: [Int64]()) { if let run = $1 { $0.append(run) } }
        }

        #expect(!published.isEmpty)
        for run in published {
            let expected = run % 2 == 0 ? Array(contents.dropFirst()) : contents
            #expect(try await store.readFolder(nil, of: .run(run)).map(\.bytes) == expected.map(\.bytes))
        }
    }

    @Test("A folder serves one database")
    func oneDatabase() async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        try Data("1234".utf8).write(to: URL(filePath: "\(folder.path)/database"))

        await expect(.unsupported, "another database") {
            _ = try await fixture.store(folder.root).stage([(path: "a", bytes: [1])])
        }
        await expect(.unsupported, "another database") {
            _ = try await fixture.store(folder.root).collect(olderThan: .zero)
        }
    }
}
