import Artifacts
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct LargeArtifactTests {
    private static let size = 100 << 20

    /// In a process of its own: the memory of the other tests would count, too.
    @Test("An artifact of 100 MB goes into the database and out again in less than 32 MB of memory")
    func flatMemoryInDatabase() async throws {
        let folder = try TemporaryFolder()
        let source = try folder.writeLargeFile(size: Self.size)
        let run = try await Fixture().makeRun()
        let url = try testDatabase().url

        await #expect(processExitsWith: .success) {
            [url = url as String, source = source as String, run = run as Int64] in
            try await Self.roundTrip(database: url, root: .postgres, source: source, run: run)
        }
        _ = folder
    }

    @Test("An artifact of 100 MB goes into a folder and out again in less than 32 MB of memory")
    func flatMemoryInFolder() async throws {
        let folder = try TemporaryFolder()
        let source = try folder.writeLargeFile(size: Self.size)
        let run = try await Fixture().makeRun()
        let url = try testDatabase().url
        let path = folder.path

        await #expect(processExitsWith: .success) {
            [url = url as String, source = source as String, run = run as Int64, path = path as String] in
            try await Self.roundTrip(database: url, root: .folder("\(path)/root"), source: source, run: run)
        }
        _ = folder
    }

    private static func roundTrip(database: String, root: ArtifactRoot, source: String, run: Int64) async throws {
        let pool = PostgresPool(try PostgresConfiguration(database))
        let store = ArtifactStore(pool: pool, root: root)
        let before = peakMemory()

        let staged = try await store.stage([NewArtifact(path: ArtifactPath("large.bin"), content: .file(source))])
        try await pool.withTransaction { try staged.publish(run: run, in: $0) }
        var count = 0
        for try await chunk in try await store.open(ArtifactPath("large.bin"), of: .run(run)) { count += chunk.count }

        #expect(count == size)
        #expect(peakMemory() - before < 32 << 20)
    }

    /// The most memory this process ever had, in bytes.
    private static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}

extension TemporaryFolder {
    /// A file whose chunks all differ, written with little memory.
    func writeLargeFile(size: Int) throws -> String {
        let path = "\(path)/source.bin"
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        var block = pattern(1 << 20)
        for number in 0..<size >> 20 {
            block[0] = UInt8(truncatingIfNeeded: number)
            #expect(fwrite(block, 1, block.count, file) == block.count)
        }
        return path
    }
}
