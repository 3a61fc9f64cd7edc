import Artifacts
import Postgres
import TestSupport
import Testing

@Suite(.database)
struct PrivilegeTests {
    @Test("The worker's role may publish, also bytes that are there already")
    func worker() async throws {
        let fixture = try Fixture()
        let store = fixture.store()
        let runs = [try await fixture.makeRun(), try await fixture.makeRun()]
        let staged = try await store.stage([(path: "a", bytes: [1, 2, 3])])

        for run in runs {
            try await fixture.pool.withTransaction { session in
                _ = try session.execute("set local role coppice_worker")
                try staged.publish(run: run, in: session)
            }
        }

        #expect(try await store.read(ArtifactPath("a"), of: .run(runs[1])) == [1, 2, 3])
    }

    @Test("The submitter's role may upload data and read it, and cannot take artifacts away")
    func submitter() async throws {
        let fixture = try Fixture()
        var configuration = try testDatabase().configuration
        configuration["options"] = "-c role=coppice_submitter"
        let store = ArtifactStore(pool: PostgresPool(configuration))

        let digest = try await store.uploadData(
            name: "d.csv",
            content: .bytes([1, 2]),
            rowCount: 1,
            columns: ["a"],
            uploadedBy: "ada"
        )

        #expect(try await store.readData(digest) == [1, 2])
        let owner = ArtifactOwner.run(try await fixture.makeRun())
        await #expect {
            try await store.delete(ArtifactPath("a"), of: owner)
        } throws: { error in
            (error as? PostgresError)?.sqlState == .insufficientPrivilege
        }
    }
}
