internal import Postgres
internal import Threads

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a collection removed.
public struct CollectedBlobs: Sendable, Equatable {
    public var count = 0
    /// In bytes.
    public var size: Int64 = 0

    public init(count: Int = 0, size: Int64 = 0) {
        self.count = count
        self.size = size
    }
}

extension ArtifactStore {
    /// Removes bytes that no artifact, no uploaded data and no live job names, and which are older than `grace`.
    ///
    /// The grace time is for those who have staged and not published yet; a day is plenty. Safe beside any number of
    /// writers and other collections. Files in the folder of `root` that the database never heard of are removed too,
    /// which is why a folder belongs to one database.
    public func collect(olderThan grace: Duration) async throws -> CollectedBlobs {
        try await pool.withSession { session in
            _ = try session.execute("select coppice.delete_stale_job_blobs(\(grace))")
        }
        var collected: [Digest: Int64] = [:]
        while true {
            let batch = try await collectRows(olderThan: grace, limit: 1000)
            guard !batch.isEmpty else { break }
            for (digest, size) in batch { collected[digest] = size }
        }
        if case .folder(let path) = root {
            let folder = BlobFolder(path: path)
            let identity = try await databaseIdentity()
            let seconds = Double(grace.components.seconds)
            let groups = try await CachedThreadPool.shared.run {
                try folder.claim(for: identity)
                return try folder.candidates(olderThan: seconds)
            }
            for group in groups {
                let unknown = try await unknown(group)
                let removed = try await CachedThreadPool.shared.run { try folder.remove(unknown, olderThan: seconds) }
                // Most of them are the files of rows that went above.
                for (digest, size) in removed { collected[digest] = size }
            }
        }
        return CollectedBlobs(count: collected.count, size: collected.values.reduce(0, +))
    }

    /// One batch, in a transaction of its own.
    private func collectRows(olderThan grace: Duration, limit: Int) async throws -> [(digest: Digest, size: Int64)] {
        try await pool.withTransaction { session in
            // Whoever names one of these blobs now waits for us, and whoever has just done so is skipped …
            let locked = try session.execute(
                """
                select b.digest
                from coppice.blobs b
                where b.created_at < clock_timestamp() - \(grace)
                    and not exists (select from coppice.artifacts a where a.digest = b.digest)
                    and not exists (select from coppice.data_files d where d.digest = b.digest)
                    and not exists (select from coppice.job_blobs j where j.digest = b.digest)
                limit \(Int64(limit))
                for update skip locked
                """
            ).map { row in Data(try row.bytes("digest")) }
            guard !locked.isEmpty else { return [] }
            // … but the look above is older than the lock, so a statement that sees everything looks again.
            return try session.execute(
                """
                delete from coppice.blobs b
                where b.digest = any(\(locked))
                    and not exists (select from coppice.artifacts a where a.digest = b.digest)
                    and not exists (select from coppice.data_files d where d.digest = b.digest)
                    and not exists (select from coppice.job_blobs j where j.digest = b.digest)
                returning b.digest, b.size
                """
            ).map { row in (Digest(unchecked: try row.bytes("digest")), try row.int64("size")) }
        }
    }

    /// Those that the database does not know.
    private func unknown(_ digests: [Digest]) async throws -> [Digest] {
        let given = digests.map(\.data)
        return try await pool.withSession { session in
            try session.execute(
                """
                select given.digest from unnest(\(given)) as given (digest)
                where not exists (select from coppice.blobs b where b.digest = given.digest)
                """
            ).map { row in Digest(unchecked: try row.bytes("digest")) }
        }
    }
}
