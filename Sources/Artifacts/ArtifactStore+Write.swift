internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ArtifactStore {
    /// Keeps artifacts of a run or a logged model at once; what had one of the names is replaced.
    ///
    /// Throws `ArtifactError`: `storageFull` or `storageFailed`, with nothing changed; `conflict`.
    public func put(_ artifacts: [NewArtifact], of owner: ArtifactOwner) async throws {
        let staged = try await stage(artifacts)
        let paths = staged.entries.map(\.path.description)
        try await pool.withTransaction { session in
            try session.execute("delete from coppice.artifacts a where \(owner.condition) and a.path = any(\(paths))")
            try staged.publish(owner, in: session)
        }
    }

    /// Removes a file, or a folder with everything in it; the bytes go when they are collected.
    ///
    /// Throws `ArtifactError.notFound`.
    public func delete(_ path: ArtifactPath, of owner: ArtifactOwner) async throws {
        let removed = try await pool.withSession { session in
            try session.execute(
                """
                delete from coppice.artifacts a
                where \(owner.condition)
                    and (a.path = \(path.description)
                        or a.path >= \(path.description + "/") and a.path < \(path.description + "0"))
                """
            ).affectedCount
        }
        guard removed > 0 else { throw try await notFound(path, of: owner) }
    }
}
