import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct MetricBatchTests {
    private func point(_ value: Double, step: Int64 = 0, key: String = "loss") -> Metric {
        Metric(key: key, value: value, step: step, timestamp: time(Int(step)))
    }

    @Test("Batches of several runs are logged together, each with an answer of its own")
    func together() async throws {
        let fixture = try Fixture()
        let runs = [try await fixture.makeRun(), try await fixture.makeRun()]
        let deleted = try await fixture.makeRun()
        try await fixture.store.deleteRun(deleted.id)
        let nobody = Run.ID(rawValue: String(repeating: "0", count: 32))

        let answers = try await fixture.store.log([
            .init(run: runs[0].id, metrics: [point(3, step: 2), point(1), point(2, step: 1)]),
            .init(run: nobody, metrics: [point(1)]),
            .init(run: runs[1].id, metrics: [point(5), point(7, key: "acc")]),
            .init(run: deleted.id, metrics: [point(1)]),
            .init(run: runs[0].id, metrics: [point(9, step: 1), point(1, key: "a//b")]),
            .init(run: runs[0].id, metrics: [point(4, step: 3)]),
            .init(run: Run.ID(rawValue: "a\0b"), metrics: [point(1)]),
            .init(run: runs[1].id, metrics: []),
        ])

        #expect(answers.map { $0?.code } == [nil, .notFound, nil, .deleted, .invalid, nil, .notFound, nil])
        #expect(try await fixture.store.run(runs[0].id)?.metrics.mapValues(\.value) == ["loss": 4])
        #expect(try await fixture.store.run(runs[1].id)?.metrics.mapValues(\.value) == ["loss": 5, "acc": 7])
        #expect(try await fixture.store.metricHistory("loss", run: runs[0].id).map(\.value) == [1, 2, 3, 4])
        #expect(try await fixture.store.run(deleted.id)?.metrics == [:])
    }

    @Test("Letters composed in two ways are two names")
    func composedNames() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()

        try await fixture.store.log(
            metrics: [point(1, key: "\u{D55C}"), point(2, key: "\u{1112}\u{1161}\u{11AB}")],
            run: run.id
        )

        let count = try await fixture.pool.withSession { session in
            try session.execute("select count(*) from coppice.latest_metrics").int(0, 0)
        }
        #expect(count == 2)
    }

    @Test("Batches that log the same metrics at once all arrive")
    func concurrent() async throws {
        let fixture = try Fixture(connections: 8)
        let runs = [try await fixture.makeRun(), try await fixture.makeRun(), try await fixture.makeRun()]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for round in 0..<5 {
                        let metrics = (0..<40).map { index in
                            point(Double(writer), step: Int64(round), key: "m\((index * 7 + writer) % 40)")
                        }
                        let batches = runs.map { TrackingStore.MetricBatch(run: $0.id, metrics: metrics) }
                        let answers = try await fixture.store.log(writer % 2 == 0 ? batches : batches.reversed())
                        #expect(answers == [nil, nil, nil])
                    }
                }
            }
            try await group.waitForAll()
        }

        for run in runs {
            let metrics = try #require(try await fixture.store.run(run.id)).metrics
            #expect(metrics.count == 40)
            #expect(metrics.values.allSatisfy { $0.step == 4 && $0.value == 7 })
        }
    }

    @Test("The points of a run go with it")
    func deletion() async throws {
        let fixture = try Fixture()
        let experiment = try await fixture.store.createExperiment(named: "doomed")
        let runs = [try await fixture.makeRun(in: experiment), try await fixture.makeRun()]
        for run in runs { try await fixture.store.log(metrics: [point(1)], run: run.id) }

        let left = try await fixture.pool.withSession { session in
            try session.execute("delete from coppice.experiments where experiment_id = \(experiment)")
            return try session.execute("select count(*) from coppice.metrics").int(0, 0)
        }

        #expect(left == 1)
    }
}
