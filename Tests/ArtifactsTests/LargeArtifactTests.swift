import Artifacts
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

/// 100 MB go in and out without ever being in memory at once. Alone, because others would count.
@Suite(.database, .serialized, .timeLimit(.minutes(3)))
struct LargeArtifactTests {
    @Test("An artifact of 100 MB needs little memory, in the database and in a folder", arguments: [false, true])
    func flatMemory(inFolder: Bool) async throws {
        let fixture = try Fixture()
        let folder = try TemporaryFolder()
        let source = "\(folder.path)/source.bin"
        let size = 100 << 20
        try writeLargeFile(source, size: size)
        let store = fixture.store(inFolder ? .folder("\(folder.path)/root") : .postgres)
        let run = try await fixture.makeRun()
        let before = peakMemory()

        let staged = try await store.stage([NewArtifact(path: ArtifactPath("large.bin"), content: .file(source))])
        try await fixture.pool.withTransaction { try staged.publish(run: run, in: $0) }
        var count = 0
        var largest = 0
        for try await chunk in try await store.open(ArtifactPath("large.bin"), of: .run(run)) {
            count += chunk.count
            largest = max(largest, chunk.count)
        }

        #expect(count == size)
        #expect(largest == 1 << 20)
        // Other suites run in this process meanwhile; holding the file would still show.
        #expect(peakMemory() - before < size * 3 / 4)
        _ = folder
    }

    private func writeLargeFile(_ path: String, size: Int) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        var block = pattern(1 << 20)
        for number in 0..<size >> 20 {
            block[0] = UInt8(truncatingIfNeeded: number)
            #expect(fwrite(block, 1, block.count, file) == block.count)
        }
    }

    /// The most memory this process ever had, in bytes.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
