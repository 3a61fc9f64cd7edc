internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ArtifactStore {
    /// Uploads data for workers on other machines. The same bytes again change nothing.
    ///
    /// Throws `ArtifactError`: `storageFull`, `storageFailed`, `changed`.
    @discardableResult
    public func uploadData(
        name: String,
        content: ArtifactContent,
        rowCount: Int,
        columns: [String],
        uploadedBy user: String
    ) async throws -> Digest {
        let path = ArtifactPath.stored(name)
        let staged = try await stage([NewArtifact(path: path, content: content)])
        let digest = staged.entries[0].digest
        try await pool.withTransaction { session in
            try Self.insertBlobs(staged, in: session)
            try session.execute(
                """
                insert into coppice.data_files (digest, name, row_count, columns, uploaded_by)
                values (\(digest.data), \(name), \(Int64(rowCount)), \(columns), \(user))
                on conflict (digest) do nothing
                """
            )
        }
        return digest
    }

    /// What is known of uploaded data, or nil.
    public func dataFile(_ digest: Digest) async throws -> DataFile? {
        try await pool.withSession { session in
            try session.execute(
                """
                select d.name, d.row_count, d.columns, d.uploaded_at, d.uploaded_by, b.size
                from coppice.data_files d join coppice.blobs b on b.digest = d.digest
                where d.digest = \(digest.data)
                """
            ).first.map { row in
                DataFile(
                    digest: digest,
                    name: try row.string("name"),
                    size: try row.int64("size"),
                    rowCount: try row.int("row_count"),
                    columns: try row.decode([String].self, "columns"),
                    uploadedAt: try row.date("uploaded_at"),
                    uploadedBy: try row.string("uploaded_by")
                )
            }
        }
    }

    /// Uploaded data, to be read in chunks. Throws `ArtifactError.notFound`.
    public func openData(_ digest: Digest) async throws -> ArtifactReader {
        let row = try await pool.withSession { session in
            try session.execute(
                """
                select d.name, b.size, b.location
                from coppice.data_files d join coppice.blobs b on b.digest = d.digest
                where d.digest = \(digest.data)
                """
            ).first.map { row in
                (name: try row.string("name"), size: try row.int64("size"), location: try row.string("location"))
            }
        }
        guard let row else {
            throw ArtifactError(.notFound, "there is no uploaded data with the digest \(digest): submit the job again")
        }
        return ArtifactReader(name: row.name, digest: digest, size: row.size, location: row.location, store: self)
    }

    /// Uploaded data, whole and checked. Throws `ArtifactError`: `notFound`, `corrupt`.
    public func readData(_ digest: Digest) async throws -> [UInt8] {
        try await openData(digest).bytes()
    }
}
