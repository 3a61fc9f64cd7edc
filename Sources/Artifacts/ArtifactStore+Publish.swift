internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ArtifactStore {
    /// Stores each blob that the database does not know yet.
    ///
    /// Somebody else may store the same blob: whoever comes second waits for the first to commit, then finds it. All
    /// do so in the order of the digests, so that nobody waits in a circle.
    static func insertBlobs(_ staged: StagedArtifacts, in session: borrowing Session) throws {
        let blobs = Dictionary(staged.entries.map { ($0.digest, $0) }) { first, _ in first }
            .values.sorted { $0.digest < $1.digest }
        guard !blobs.isEmpty else { return }
        let inserted = try session.execute(
            """
            insert into coppice.blobs (digest, size, location)
            select digest, size, \(staged.root.description)
            from unnest(\(blobs.map(\.digest.data)), \(blobs.map(\.size))) as given (digest, size)
            order by digest
            on conflict (digest) do nothing
            returning digest
            """
        )
        guard staged.root == .postgres else { return }
        let new = Set(try inserted.map { row in try row.bytes("digest") })
        var batch = ChunkBatch()
        for blob in blobs where new.contains(blob.digest.bytes) {
            try insertChunks(blob, batch: &batch, in: session)
        }
        try flush(&batch, in: session)
    }

    /// Gives staged artifacts their names.
    static func insertArtifacts(
        _ staged: StagedArtifacts,
        owner: ArtifactOwner,
        in session: borrowing Session
    ) throws {
        guard !staged.entries.isEmpty else { return }
        let (run, model) = owner.columns
        do {
            try session.execute(
                """
                insert into coppice.artifacts (run_no, model_no, path, digest, size)
                select \(run)::bigint, \(model)::bigint, path, digest, size
                from unnest(
                    \(staged.entries.map(\.path.description)), \(staged.entries.map(\.digest.data)),
                    \(staged.entries.map(\.size))
                ) as given (path, digest, size)
                """
            )
        } catch {
            switch error.sqlState {
            case .uniqueViolation:
                throw ArtifactError(
                    .alreadyExists,
                    "one of the artifacts exists already: artifacts of a finished run do not change"
                )
            case .foreignKeyViolation where error.constraint == "artifacts_digest_fkey":
                throw ArtifactError(
                    .conflict,
                    "artifacts were collected as garbage while they were used again: try again"
                )
            default: throw error
            }
        }
    }

    /// Chunks that wait to be sent together.
    private struct ChunkBatch {
        var digests: [Data] = []
        var numbers: [Int32] = []
        var chunks: [Data] = []
        var size = 0
    }

    private static func insertChunks(
        _ blob: StagedArtifacts.Entry,
        batch: inout ChunkBatch,
        in session: borrowing Session
    ) throws {
        let hash = SHA256()
        var number: Int32 = 0
        // A session can be borrowed by a function, not captured by a closure that escapes; this one does not.
        try blob.content.forEachChunk { chunk in
            hash.update(chunk)
            batch.digests.append(blob.digest.data)
            batch.numbers.append(number)
            batch.chunks.append(Data(chunk))
            batch.size += chunk.count
            number += 1
            if batch.size >= 2 * ArtifactContent.chunkSize { try flush(&batch, in: session) }
        }
        guard hash.finalize() == blob.digest else {
            throw ArtifactError(.changed, "'\(blob.path)' changed while it was uploaded: try again")
        }
    }

    private static func flush(_ batch: inout ChunkBatch, in session: borrowing Session) throws {
        guard !batch.numbers.isEmpty else { return }
        try session.execute(
            """
            insert into coppice.blob_chunks (digest, chunk_no, bytes)
            select * from unnest(\(batch.digests), \(batch.numbers), \(batch.chunks))
            """
        )
        batch = ChunkBatch()
    }
}

extension ArtifactOwner {
    /// The values of `run_no` and `model_no`, one of which is null.
    var columns: (run: Int64?, model: Int64?) {
        switch self {
        case .run(let number): (number, nil)
        case .loggedModel(let number): (nil, number)
        }
    }

    /// The condition on `artifacts a` that selects what belongs to the owner; the partial indexes serve it.
    var condition: SQL {
        switch self {
        case .run(let number): "a.run_no = \(number)"
        case .loggedModel(let number): "a.model_no = \(number)"
        }
    }
}
