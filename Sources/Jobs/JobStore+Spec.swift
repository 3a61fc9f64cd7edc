internal import Postgres

extension JobStore {
    /// What a job was told.
    ///
    /// - Throws: `JobError` with code `notFound` if there is no such job of this kind.
    public func spec<Spec: Decodable & Sendable>(
        of job: Job.ID,
        kind: String,
        as type: Spec.Type = Spec.self
    ) async throws -> Spec {
        let text = try await pool.withSession { session in
            try session.execute(
                "select spec from coppice.job_history where job_id = \(job) and kind = \(kind)"
            ).first?.json("spec")
        }
        guard let text else { throw JobError(.notFound, "there is no \(kind) job \(job)") }
        return try text.decode(type)
    }
}
