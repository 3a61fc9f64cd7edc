import Artifacts
import Jobs
import Postgres
import Registry
import TestSupport
import Testing

@testable import JobSubmission

@Suite("Checking and queueing", .database, .timeLimit(.minutes(10)))
struct SubmissionServiceTests {
    private struct Fixture {
        let pool: PostgresPool
        let service: SubmissionService
        let jobs: JobStore

        init() throws {
            pool = try testDatabase().pool()
            jobs = JobStore(pool: pool)
            service = try SubmissionService(
                pool: pool,
                artifacts: ArtifactStore(pool: pool),
                submitter: Submitter(user: "ada", program: "test")
            )
        }

        func value<Value: SQLDecodable & Sendable>(_ type: Value.Type, _ sql: SQL) async throws -> Value {
            try await pool.withSession { session in try session.execute(sql)[0].decode(Value.self, 0) }
        }
    }

    @Test("A train job records its data, its parameters, both seeds, and who asked for it")
    func train() async throws {
        let fixture = try Fixture()
        var request = TrainRequest(data: DataRequest(source: "diabetes"))
        request.forest[.maxDepth] = "5"
        request.tracking.experiment = "quick start"
        request.queueing.priority = 3
        let job = try await fixture.service.submit(request)

        #expect(job.isNew)
        let spec = try await fixture.value(
            String.self,
            """
            select concat_ws(' ', kind, priority, submitted_by, experiment, spec->'data'->'source'->>'built_in',
                spec->'hyperparameters'->>'max_depth', (spec->>'random_state') is not null, (spec->>'split_seed') is not null)
            from coppice.job_history where job_id = \(job.id)
            """
        )
        #expect(spec == "train 3 ada quick start diabetes 5 t t")
        let params = try await fixture.value(
            String.self,
            "select concat_ws(' ', params->>'max_depth', params->>'n_estimators', params->>'bootstrap') from coppice.jobs"
        )
        #expect(params == "5 100 True")
    }

    @Test("Seeds that are not given are drawn, each time anew")
    func seeds() async throws {
        let fixture = try Fixture()
        for _ in 0..<3 { _ = try await fixture.service.submit(TrainRequest(data: DataRequest(source: "diabetes"))) }
        #expect(
            try await fixture.value(Int.self, "select count(distinct spec->>'random_state') from coppice.jobs") == 3
        )
        #expect(try await fixture.value(Int.self, "select count(distinct spec->>'split_seed') from coppice.jobs") == 3)
    }

    @Test("Text as the target asks for a classification, numbers for a regression")
    func naturalTask() async throws {
        let fixture = try Fixture()
        let hexadecimal =
            "query:select i as x, case i % 2 when 0 then '0x10' else '0x20' end as y from generate_series(1, 40) i"
        for name in ["iris", "digits", "diabetes", hexadecimal] {
            _ = try await fixture.service.submit(TrainRequest(data: DataRequest(source: name)))
        }
        let tasks = try await fixture.value(
            String.self,
            "select string_agg(spec->'hyperparameters'->>'task', ' ' order by job_id) from coppice.jobs"
        )
        #expect(tasks == "classification classification regression classification")
    }

    @Test(
        "A version is compared by a metric that its run will have",
        arguments: [
            ("diabetes", "rmse", false, true), ("diabetes", "accuracy", false, false),
            ("iris", "accuracy", false, true),
            ("iris", "rmse", false, false), ("iris", "oob_score", false, false), ("iris", "oob_score", true, true),
            ("iris", "beauty", true, false),
        ]
    )
    func comparison(data: String, metric: String, hasScore: Bool, isAllowed: Bool) async throws {
        let fixture = try Fixture()
        for values in ["5", "4,5"] {
            var request = TrainRequest(data: DataRequest(source: data))
            request.forest[.maxDepth] = values
            if hasScore { request.forest[.oobScore] = "True" }
            request.registeredName = "m"
            request.alias = "champion"
            request.ifBetter = metric
            if isAllowed {
                _ = try await fixture.service.submit(request)
                continue
            }
            await #expect {
                try await fixture.service.submit(request)
            } throws: { error in
                (error as? SubmissionError)?.option == "--if-better" && "\(error)".contains("'\(metric)'")
            }
            #expect(try await fixture.value(Int.self, "select count(*) from coppice.jobs") == 0)
        }
    }

    @Test("Data from a query is read to its end, or refused where it is larger than allowed")
    func queries() async throws {
        let fixture = try Fixture()
        let service = try SubmissionService(
            pool: fixture.pool,
            artifacts: ArtifactStore(pool: fixture.pool),
            submitter: Submitter(user: "ada", program: "test"),
            queryLimit: 1 << 20
        )
        func request(_ rows: Int) -> TrainRequest {
            TrainRequest(
                data: DataRequest(source: "query:select i as x, i % 7 as y from generate_series(1, \(rows)) i")
            )
        }
        _ = try await service.submit(request(12_000))
        _ = try await fixture.service.submit(request(400_000))
        await #expect {
            try await service.submit(request(400_000))
        } throws: { error in
            "\(error)".contains("more than 1 MiB")
        }
        #expect(try await fixture.value(Int.self, "select count(*) from coppice.jobs") == 2)
    }

    @Test("A prediction with what a live job will make waits for that job")
    func futureModel() async throws {
        let fixture = try Fixture()
        let training = try await fixture.service.submit(TrainRequest(data: DataRequest(source: "diabetes")))
        let prediction = try await fixture.service.submit(
            PredictRequest(modelURI: "job:\(training.id)", data: DataRequest(source: "diabetes"))
        )
        #expect(try await fixture.jobs.status(of: [prediction.id])[0].state == .waiting)
    }

    @Test("A deleted experiment takes no new runs, and says so")
    func deletedExperiment() async throws {
        let fixture = try Fixture()
        try await fixture.pool.withSession { session in
            _ = try session.execute("insert into coppice.experiments (name, lifecycle_stage) values ('old', 'deleted')")
        }
        var request = TrainRequest(data: DataRequest(source: "diabetes"))
        request.tracking.experiment = "old"
        await #expect(throws: (any Error).self) { try await fixture.service.submit(request) }
        #expect(try await fixture.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }
}
