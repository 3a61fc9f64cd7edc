import Artifacts
import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

@testable import JobSubmission

@Suite("Submitting a sweep", .database, .timeLimit(.minutes(10)))
struct SweepSubmissionTests {
    private let pool: PostgresPool
    private let service: SubmissionService

    init() throws {
        pool = try testDatabase().pool()
        service = try SubmissionService(
            pool: pool,
            artifacts: ArtifactStore(pool: pool),
            submitter: Submitter(user: "ada", program: "test")
        )
    }

    private func value<Value: SQLDecodable & Sendable>(_ type: Value.Type, _ sql: SQL) async throws -> Value {
        try await pool.withSession { session in try session.execute(sql)[0].decode(Value.self, 0) }
    }

    private func request(_ options: [ForestOption: String], data: String = "diabetes") -> TrainRequest {
        var request = TrainRequest(data: DataRequest(source: data))
        for (option, value) in options { request.forest[option] = value }
        return request
    }

    @Test("A job for each point and one that sums up, whose run records the grid")
    func grid() async throws {
        var request = request([.treeCount: "5,10", .maxDepth: "3,none"])
        request.tracking.runName = "forests"
        let jobs = try await service.submitAll(request)

        #expect(jobs.count == 5)
        let points = try await value(
            String.self,
            """
            select string_agg(concat_ws(' ', run_name, params->>'n_estimators', params->>'max_depth'), '; ' order by job_id)
            from coppice.jobs where kind = 'train'
            """
        )
        #expect(points == "forests-1 5 3; forests-2 5 None; forests-3 10 3; forests-4 10 None")
        let whole = try await value(
            String.self,
            """
            select concat_ws(' ', run_name, status, params->>'n_estimators', params->>'max_depth', params->>'points',
                params->>'max_features', job_id = \(try #require(jobs.last).id))
            from coppice.run_history
            """
        )
        #expect(whole == "forests RUNNING 5,10 3,none 4 1.0 t")
    }

    @Test("All points share the seeds that were drawn")
    func seeds() async throws {
        _ = try await service.submitAll(request([.maxDepth: "1,2,3,4"]))
        let counts = try await value(
            String.self,
            """
            select concat_ws(' ', count(*), count(distinct spec->>'random_state'), count(distinct spec->>'split_seed'))
            from coppice.jobs where kind = 'train'
            """
        )
        #expect(counts == "4 1 1")
    }

    @Test("The seed of the forest can be swept, too")
    func sweptSeed() async throws {
        _ = try await service.submitAll(request([.randomState: "1,2,3"]))
        let seeds = try await value(
            String.self,
            "select string_agg(spec->>'random_state', ' ' order by job_id) from coppice.jobs where kind = 'train'"
        )
        #expect(seeds == "1 2 3")
    }

    @Test("A sample queues as many points, with the seed on record; the same seed draws them again")
    func sample() async throws {
        var request = request([.maxDepth: "1,2,3,4,5,6,7,8", .maxFeatures: "1,2,3,4"])
        request.sample = 5
        #expect(try await service.submitAll(request).count == 6)
        let seed = try await value(String.self, "select params->>'sample_seed' from coppice.run_history")
        request.sampleSeed = UInt32(seed)
        _ = try await service.submitAll(request)

        let distinct = try await value(
            Int.self,
            """
            select count(*) from (
                select distinct params->>'max_depth', params->>'max_features' from coppice.jobs where kind = 'train'
            ) points
            """
        )
        #expect(distinct == 5)
    }

    @Test(
        "One point that does not fit keeps all from being queued, and is named",
        arguments: [
            (ForestOption.maxDepth, "5,zero", "zero"), (.maxFeatures, "2,11", "11"),
            (.criterion, "poisson,gini", "gini"),
            (.randomState, "1,-1", "-1"), (.maxDepth, "5,none,None", "None"),
        ]
    )
    func badPoint(option: ForestOption, values: String, culprit: String) async throws {
        await #expect { try await service.submitAll(request([option: values, .treeCount: "10,20"])) } throws: { error in
            (error as? SubmissionError)?.description.contains(culprit) == true
        }
        #expect(try await value(Int.self, "select count(*) from coppice.jobs") == 0)
        #expect(try await value(Int.self, "select count(*) from coppice.runs") == 0)
    }

    @Test("A sample of nothing, an alias that every point would move, and too many points are refused")
    func contradictions() async throws {
        var noSweep = request([:])
        noSweep.sample = 3
        var alias = request([.maxDepth: "1,2"])
        alias.registeredName = "m"
        alias.alias = "champion"
        let values = (1...101).map { String($0) }.joined(separator: ",")
        let huge = request([.treeCount: values, .maxDepth: values])
        for (request, option) in [(noSweep, "--sample"), (alias, "--alias"), (huge, "--n-estimators")] {
            await #expect { try await service.submitAll(request) } throws: {
                ($0 as? SubmissionError)?.option == option
            }
        }
        #expect(try await value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("The data are uploaded once")
    func data() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-sweep-\(UUID().uuidString).csv")
        let rows = (0..<40).map { "\($0),\($0 % 7),\(Double($0) * 1.5)" }
        try Data(("rooms,age,price\n" + rows.joined(separator: "\n")).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await service.submitAll(request([.maxDepth: "1,2,3"], data: file.path))
        #expect(try await value(Int.self, "select count(*) from coppice.data_files") == 1)
        #expect(try await value(Int.self, "select count(*) from coppice.blobs") == 1)
    }

    @Test("A unique key belongs to the whole sweep")
    func uniqueKey() async throws {
        var request = request([.maxDepth: "1,2"])
        request.queueing.uniqueKey = "nightly"
        let first = try await service.submitAll(request)
        let second = try await service.submitAll(request)
        #expect(first.map(\.id) == second.map(\.id) && second.allSatisfy { !$0.isNew })
    }
}
