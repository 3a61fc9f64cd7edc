import Artifacts
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

/// Stores on the database of the current test, and runs to keep artifacts of.
struct Fixture {
    let pool: PostgresPool

    init(connections: Int = 4) throws {
        pool = try testDatabase().pool(size: connections)
    }

    func store(_ root: ArtifactRoot = .postgres) -> ArtifactStore {
        ArtifactStore(pool: pool, root: root)
    }

    func makeRun() async throws -> Int64 {
        try await pool.withSession { session in
            try session.execute("insert into coppice.runs (experiment_id, name) values (0, 'r') returning run_no")
                .int64(0, 0)
        }
    }

    /// Stages and publishes, as a finishing transaction does.
    func publish(_ artifacts: [(path: String, bytes: [UInt8])], run: Int64, to store: ArtifactStore) async throws {
        let staged = try await store.stage(artifacts)
        try await pool.withTransaction { try staged.publish(run: run, in: $0) }
    }

    func count(_ table: String) async throws -> Int {
        try await pool.withSession { session in
            try session.execute("select count(*) from coppice.\(identifier: table)").int(0, 0)
        }
    }
}

/// A folder that is removed with its owner.
final class TemporaryFolder: Sendable {
    let path = "/tmp/coppice-artifacts-" + String(UInt64.random(in: 0 ... .max), radix: 36)

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var root: ArtifactRoot { .folder(path) }

    /// Every regular file below, by its path in the folder.
    var files: [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).filter { name in
            var status = stat()
            return lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }.sorted()
    }

    /// Files that hold blobs, or parts of some.
    var blobFiles: [String] { files.filter { $0 != "lock" && $0 != "database" } }
}

/// `count` bytes that differ from place to place and from seed to seed.
func pattern(_ count: Int, seed: UInt8 = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) &+ seed }
}

/// Expects an `ArtifactError` with this code, whose sentence contains all of `words`.
func expect(
    _ code: ArtifactError.Code,
    _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    await #expect(sourceLocation: sourceLocation) {
        try await body()
    } throws: { error in
        guard let error = error as? ArtifactError else { return false }
        return error.code == code && words.allSatisfy { error.description.contains($0) }
    }
}
