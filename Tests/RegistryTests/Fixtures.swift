import Postgres
import Registry
import TestSupport
import Testing

/// A registry on the database of the current test.
struct Fixture {
    let pool: PostgresPool
    let store: RegistryStore

    init(connections: Int = 4) throws {
        pool = try testDatabase().pool(size: connections)
        store = RegistryStore(pool: pool)
    }

    @discardableResult
    func register(
        _ model: String,
        source: String = "s3://elsewhere",
        run: Int64? = nil,
        loggedModel: Int64? = nil,
        job: Int64? = nil
    )
        async throws -> Int
    {
        try await pool.withTransaction { session in
            try RegistryStore.registerVersion(
                NewModelVersion(model: model, source: source, run: run, loggedModel: loggedModel, job: job),
                in: session
            )
        }
    }

    /// A run that FINISHED, of a job if one is given.
    func makeRun(job: Int64? = nil, status: String = "FINISHED") async throws -> (number: Int64, id: String) {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                insert into coppice.runs (experiment_id, name, status, job_id, attempt)
                values (0, 'r', \(status), \(job), \(job.map { _ in Int32(1) }))
                returning run_no, run_id
                """
            )
            return (try rows.int64(0, 0), try rows.string(0, 1))
        }
    }

    /// A logged model of a run, or without one.
    func makeModel(run: Int64?, name: String = "model", path: String?) async throws -> (number: Int64, id: String) {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                insert into coppice.logged_models (experiment_id, name, run_no, artifact_path, status, signature)
                values (0, \(name), \(run), \(path), 'READY', '{"inputs": "x"}')
                returning model_no, model_id
                """
            )
            return (try rows.int64(0, 0), try rows.string(0, 1))
        }
    }
}

/// Expects a `RegistryError` with this code, whose sentence contains all of `words`.
func expect(
    _ code: RegistryError.Code,
    _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    await #expect(sourceLocation: sourceLocation) {
        try await body()
    } throws: { error in
        guard let error = error as? RegistryError else { return false }
        return error.code == code && words.allSatisfy { error.description.contains($0) }
    }
}
