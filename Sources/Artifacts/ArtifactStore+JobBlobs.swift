public import Postgres

extension ArtifactStore {
    /// What a part of a job left for the whole, whole and checked; nil if it left nothing, or that was collected.
    ///
    /// Throws `ArtifactError.corrupt`.
    public func jobBlob(of job: Int64) async throws -> [UInt8]? {
        let reader = try await pool.withSession { session in
            try session.execute(
                """
                select j.digest, b.size, b.location
                from coppice.job_blobs j join coppice.blobs b on b.digest = j.digest
                where j.job_id = \(job)
                """
            ).first.map { row in
                ArtifactReader(
                    name: "what job \(job) left",
                    digest: Digest(unchecked: try row.bytes("digest")),
                    size: try row.int64("size"),
                    location: try row.string("location"),
                    store: self
                )
            }
        }
        return try await reader?.bytes()
    }

    /// Forgets what jobs left, as a part of a larger transaction; the bytes go when they are collected.
    public static func discardJobBlobs(of jobs: [Int64], in session: borrowing Session) throws {
        guard !jobs.isEmpty else { return }
        try session.execute("delete from coppice.job_blobs where job_id = any (\(jobs))")
    }
}

extension StagedArtifacts {
    /// Leaves the one staged artifact for the whole that the job is a part of; once for each job.
    ///
    /// Throws `ArtifactError`: `changed`; `conflict` if another try may help.
    public func publish(blobOfJob job: Int64, in session: borrowing Session) throws {
        precondition(entries.count == 1, "a job leaves one blob")
        try ArtifactStore.insertBlobs(self, in: session)
        do {
            try session.execute(
                """
                insert into coppice.job_blobs (job_id, digest) values (\(job), \(entries[0].digest.data))
                on conflict (job_id) do nothing
                """
            )
        } catch {
            switch error.sqlState {
            case .foreignKeyViolation:
                throw ArtifactError(.conflict, "a blob was collected as garbage while it was used again: try again")
            default: throw error
            }
        }
    }
}
