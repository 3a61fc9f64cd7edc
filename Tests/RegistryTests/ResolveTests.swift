import Postgres
import Registry
import TestSupport
import Testing

@Suite(.database)
struct ResolveTests {
    @Test("A version, latest and an alias lead to the folder that was logged")
    func registered() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let logged = try await fixture.makeModel(run: run.number, path: "model_diabetes")
        try await fixture.register("rf")
        try await fixture.register("rf", run: run.number, loggedModel: logged.number)
        try await fixture.store.setAlias("champion", model: "rf", version: 2)

        for text in ["models:/rf/2", "models:/rf/latest", "models:/rf@champion"] {
            let found = try await fixture.store.resolve(ModelURI(text))
            #expect(found.folder == .run(run.number, path: "model_diabetes"))
            #expect(found.name == "rf")
            #expect(found.version == 2)
            #expect(found.run == run.id)
            #expect(found.loggedModel == logged.id)
            #expect(found.signature == #"{"inputs": "x"}"#)
            #expect(found.uri.description == text)
            #expect(found.pinnedURI.description == "models:/rf/2")
        }
    }

    @Test("A version without a logged model leads to the folder that its source says")
    func sources() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let sources = [
            "runs:/\(run.id)/model", "mlflow-artifacts:/0/\(run.id)/artifacts/model",
            "mlflow-artifacts://host:5000/0/\(run.id)/artifacts/model/",
        ]
        for source in sources { try await fixture.register("rf", source: source, run: run.number) }

        for version in 1...sources.count {
            let found = try await fixture.store.resolve(.version(name: "rf", version: version))
            #expect(found.folder == .run(run.number, path: "model"))
        }
    }

    @Test("A copy, and a copy of a copy, lead to the folder of the first")
    func copies() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        try await fixture.register("dev", source: "runs:/\(run.id)/model", run: run.number)
        for (model, source) in [("staging", "models:/dev/1"), ("prod", "models:/staging/1")] {
            _ = try await fixture.store.createModel(named: model)
            _ = try await fixture.store.createVersion(NewModelVersion(model: model, source: source))
            let found = try await fixture.store.resolve(.version(name: model, version: 1))
            #expect(found.folder == .run(run.number, path: "model"))
        }
    }

    @Test("A version whose files are elsewhere is not readable")
    func unreadable() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let other = try await fixture.makeRun()
        try await fixture.register("rf", source: "s3://bucket/model")
        try await fixture.register("rf", source: "runs:/\(other.id)/model", run: run.number)
        try await fixture.register("rf", source: "runs:/\(run.id)/../model", run: run.number)

        for version in 1...3 {
            await expect(.unreadable, "version \(version) of 'rf'") {
                _ = try await fixture.store.resolve(.version(name: "rf", version: version))
            }
        }
    }

    @Test("What does not exist is answered with what does")
    func notFound() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        for _ in 0..<3 { try await fixture.register("rf_regressor") }
        _ = try await store.createModel(named: "empty")

        await expect(.notFound, "versions 1–3 exist") {
            _ = try await store.resolve(ModelURI("models:/rf_regressor/4"))
        }
        await expect(.notFound, "did you mean 'rf_regressor'") {
            _ = try await store.resolve(ModelURI("models:/rf_regresor/1"))
        }
        await expect(.notFound, "no versions yet") { _ = try await store.resolve(ModelURI("models:/empty/latest")) }
        await expect(.notFound, "no alias 'x'") { _ = try await store.resolve(ModelURI("models:/rf_regressor@x")) }
        await expect(.notFound, "no logged model 'm-1'") { _ = try await store.resolve(ModelURI("models:/m-1")) }
        await expect(.notFound, "no run 'abc'") { _ = try await store.resolve(ModelURI("runs:/abc/model")) }
        await expect(.notFound, "no job 5") { _ = try await store.resolve(ModelURI("job:5")) }
    }

    @Test("Gaps show in the versions that exist")
    func gaps() async throws {
        let fixture = try Fixture()
        for _ in 0..<5 { try await fixture.register("m") }
        try await fixture.store.deleteVersion(3, of: "m")

        await expect(.notFound, "versions 1–2, 4–5 exist") { _ = try await fixture.store.version(3, of: "m") }
    }

    @Test("A run's model is found by its folder, by its name, and by the files of an older client")
    func runs() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let inRun = try await fixture.makeModel(run: run.number, name: "diabetes", path: "folder")
        let ofItsOwn = try await fixture.makeModel(run: run.number, name: "own", path: nil)
        try await fixture.pool.withSession { session in
            _ = try session.execute(
                """
                with blob as (
                    insert into coppice.blobs (digest, size) values (decode(repeat('ab', 32), 'hex'), 0) returning digest
                )
                insert into coppice.artifacts (run_no, path, digest, size)
                select \(run.number), 'old/MLmodel', digest, 0 from blob
                """
            )
        }
        let resolve = { (path: String) in try await fixture.store.resolve(.run(id: run.id, path: path)) }

        #expect(try await resolve("folder").folder == .run(run.number, path: "folder"))
        #expect(try await resolve("diabetes").loggedModel == inRun.id)
        #expect(try await resolve("own").folder == .loggedModel(ofItsOwn.number))
        #expect(try await resolve("old").folder == .run(run.number, path: "old"))
        #expect(try await resolve("old").pinnedURI == .run(id: run.id, path: "old"))
        await expect(.notFound, "it logged folder, own") { _ = try await resolve("other") }
        #expect(try await fixture.store.resolve(.loggedModel(id: ofItsOwn.id)).folder == .loggedModel(ofItsOwn.number))
    }

    @Test("A job stands for what it registered, or else for what it logged")
    func jobs() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun(job: 1)
        let logged = try await fixture.makeModel(run: run.number, path: "model")
        #expect(try await fixture.store.resolve(.job(1)).pinnedURI == .loggedModel(id: logged.id))

        try await fixture.register("rf", run: run.number, loggedModel: logged.number, job: 1)
        let found = try await fixture.store.resolve(.job(1))
        #expect(found.uri == .job(1))
        #expect(found.pinnedURI == .version(name: "rf", version: 1))
        #expect(found.folder == .run(run.number, path: "model"))
    }

    @Test("A job that lives has no model yet; one that failed never will")
    func unfinishedJobs() async throws {
        let fixture = try Fixture()
        try await fixture.pool.withSession { session in
            try session.execute(
                """
                insert into coppice.jobs (job_id, client_token, kind, spec, experiment_id)
                overriding system value values (1, gen_random_uuid(), 'train', '{}', 0)
                """
            )
            for (id, state) in [(2, "failed"), (3, "succeeded"), (4, "cancelled")] {
                try session.execute(
                    """
                    insert into coppice.finished_jobs (
                        job_id, client_token, kind, queue, priority, state, spec, experiment_id, params, tags, attempt,
                        failures, losses, max_attempts, submitted_by, submitted_at, finished_at
                    )
                    values (\(id), gen_random_uuid(), 'train', 'default', 0, \(state), '{}', 0, '{}', '{}', 1, 1, 0, 3,
                        'ada', now(), now())
                    """
                )
            }
        }

        await expect(.pending, "it is queued", "--after 1") { _ = try await fixture.store.resolve(.job(1)) }
        await expect(.notFound, "it failed") { _ = try await fixture.store.resolve(.job(2)) }
        await expect(.notFound, "was it a train job?") { _ = try await fixture.store.resolve(.job(3)) }
        await expect(.notFound, "it was cancelled") { _ = try await fixture.store.resolve(.job(4)) }
    }
}
