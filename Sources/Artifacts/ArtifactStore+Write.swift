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
        var tries = 0
        while true {
            tries += 1
            do {
                return try await replace(staged, of: owner)
            } catch let error as ArtifactError where Self.isPassing(error) && tries < Self.tryLimit {
                // Somebody else put one of them at the same time, and was faster: it is there to be replaced now.
            }
        }
    }

    /// Of those who put the same file at once, each time one is done: more than so many are hardly ever.
    private static let tryLimit = 50

    private static func isPassing(_ error: ArtifactError) -> Bool {
        error.code == .alreadyExists || error.code == .conflict
    }

    private func replace(_ staged: StagedArtifacts, of owner: ArtifactOwner) async throws {
        let paths = staged.entries.map(\.path.description)
        try await pool.withTransaction { session in
            try Self.requireRoom(for: staged.entries.map(\.path), of: owner, in: session)
            try session.execute("delete from coppice.artifacts a where \(owner.condition) and a.path = any(\(paths))")
            try staged.publish(owner, in: session)
        }
    }

    /// On a disk, where clients download them to, no name is a file's and a folder's.
    private static func requireRoom(
        for paths: [ArtifactPath],
        of owner: ArtifactOwner,
        in session: borrowing Session
    ) throws {
        let folders = Set(paths.flatMap(\.folders))
        let names = paths.map(\.description)
        let taken = try session.execute(
            """
            select coalesce(
                (
                    select format('%L is a file', a.path)
                    from coppice.artifacts a where \(owner.condition) and a.path = any(\(Array(folders)))
                    limit 1
                ),
                (
                    select format('%L is a folder', name)
                    from unnest(\(names)) name
                    where exists (
                        select from coppice.artifacts a
                        where \(owner.condition) and a.path >= name || '/' and a.path < name || '0'
                    )
                    limit 1
                )
            ) as taken
            """
        )[0].stringOrNil("taken")
        guard let taken else { return }
        throw ArtifactError(.invalidPath, "among the artifacts \(taken) already: give another name")
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
