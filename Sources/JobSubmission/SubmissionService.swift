public import Artifacts
internal import DataAccess
internal import Jobs
public import Postgres
internal import Registry

/// Checks what was asked for and queues it: the one way in, for the shell and for the web page.
///
/// Nothing invalid is ever queued, and nothing is stored before everything was checked.
public struct SubmissionService: Sendable {
    let pool: PostgresPool
    let jobs: JobStore
    let registry: RegistryStore
    let artifacts: ArtifactStore
    let data: DataLoader
    let submitter: Submitter

    /// - Parameter queryLimit: how many bytes of a table or a query are read at most; nil: any number.
    /// - Throws: `PostgresError` if `COPPICE_DATA_URL` cannot be understood.
    public init(pool: PostgresPool, artifacts: ArtifactStore, submitter: Submitter, queryLimit: Int? = nil) throws {
        self.pool = pool
        self.artifacts = artifacts
        self.submitter = submitter
        jobs = JobStore(pool: pool)
        registry = RegistryStore(pool: pool)
        data = DataLoader(artifacts: artifacts, queries: try QueryReader(pool: pool, sizeLimit: queryLimit))
    }
}
