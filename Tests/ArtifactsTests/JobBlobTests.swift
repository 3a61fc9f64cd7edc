import Postgres
import TestSupport
import Testing

@testable import Artifacts

@Suite("What a part of a job leaves for the whole", .database, .timeLimit(.minutes(10)))
struct JobBlobTests {
    private let pool: PostgresPool
    private let store: ArtifactStore

    init() throws {
        pool = try testDatabase().pool()
        store = ArtifactStore(pool: pool)
    }

    private func leave(_ bytes: [UInt8], job: Int64) async throws {
        let staged = try await store.stage([(path: "trees", bytes: bytes)])
        try await pool.withTransaction { session in try staged.publish(blobOfJob: job, in: session) }
    }

    private func age() async throws {
        try await pool.withSession { session in
            for table in ["blobs", "job_blobs"] {
                try session.executeScript(
                    unsafeRaw: "update coppice.\(table) set created_at = now() - interval '2 days'"
                )
            }
        }
    }

    @Test("It is read by the job's id, and is nobody's artifact")
    func read() async throws {
        try await leave([1, 2, 3], job: 7)
        #expect(try await store.jobBlob(of: 7) == [1, 2, 3])
        #expect(try await store.jobBlob(of: 8) == nil)
        let count = try await pool.withSession { session in
            try session.execute("select count(*) from coppice.artifacts")[0].int(0)
        }
        #expect(count == 0)
    }

    @Test("It is kept as long as the whole lives, and collected afterwards")
    func collected() async throws {
        try await leave([1, 2, 3], job: 7)
        try await pool.withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    insert into coppice.jobs (job_id, client_token, kind, spec, experiment_id) overriding system value
                        values (9, gen_random_uuid(), 'train', '{}', 0);
                    insert into coppice.job_dependencies (needs_job_id, job_id, is_part) values (7, 9, true)
                    """
            )
        }
        try await age()
        #expect(try await store.collect(olderThan: .seconds(60)).count == 0)
        #expect(try await store.jobBlob(of: 7) == [1, 2, 3])

        try await pool.withSession { session in _ = try session.execute("delete from coppice.jobs") }
        #expect(try await store.collect(olderThan: .seconds(60)).count == 1)
        #expect(try await store.jobBlob(of: 7) == nil)
    }

    @Test("What the whole discarded is collected")
    func discarded() async throws {
        try await leave([1, 2, 3], job: 7)
        try await pool.withTransaction { session in try ArtifactStore.discardJobBlobs(of: [7], in: session) }
        try await age()
        #expect(try await store.collect(olderThan: .seconds(60)).count == 1)
    }
}
