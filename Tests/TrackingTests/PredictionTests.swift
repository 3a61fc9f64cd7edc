import FoundationEssentials
import Postgres
import TestSupport
import Testing
import Tracking

@Suite(.database)
struct PredictionTests {
    @Test("Predictions are one row each, numbered as in the data, also beyond one statement's worth")
    func rows() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let predictions = (0..<100_003).map { Double($0) / 8 }

        try await fixture.pool.withTransaction { session in
            _ = try session.execute("set local role coppice_worker")
            try TrackingStore.log(
                predictions: PredictionBatch(
                    modelURI: "models:/rf/2",
                    modelName: "rf",
                    modelVersion: 2,
                    firstRow: 40,
                    predictions: .numbers(predictions),
                    actual: predictions.map { -$0 }
                ),
                run: run.number,
                in: session
            )
        }

        #expect(try await fixture.store.predictions(run: run.id, limit: 200_000) == .numbers(predictions))
        #expect(try await fixture.store.predictions(run: run.id, limit: 2) == .numbers([0, 0.125]))
        let last = try await fixture.pool.withSession { session in
            try session.execute(
                "select * from coppice.prediction_history where run_id = \(run.id) order by row_index desc limit 1"
            ).map { row in
                "\(try row.string("model")) \(try row.int("version")) \(try row.int("row_index")) "
                    + "\(try row.double("prediction")) \(try row.double("actual"))"
            }
        }
        #expect(last == ["rf 2 100042 12500.25 -12500.25"])
    }

    @Test("Data without a target has predictions only")
    func withoutTarget() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()

        try await fixture.pool.withTransaction { session in
            try TrackingStore.log(
                predictions: PredictionBatch(modelURI: "runs:/x/m", firstRow: 0, predictions: .numbers([1, 2])),
                run: run.number,
                in: session
            )
        }

        let unknown = try await fixture.pool.withSession { session in
            try session.execute("select count(*) from coppice.predictions where actual is null").int(0, 0)
        }
        #expect(unknown == 2)
    }

    @Test("The latest value of a metric, for who compares runs while finishing one")
    func latestMetric() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let points = [3.0, 2.0].enumerated().map {
            Metric(key: "rmse", value: $0.element, step: Int64($0.offset), timestamp: time(0))
        }
        try await fixture.store.log(metrics: points, run: run.id)

        let found = try await fixture.pool.withSession { session in
            [
                try TrackingStore.latestMetric("rmse", run: run.number, in: session),
                try TrackingStore.latestMetric("r2", run: run.number, in: session),
            ]
        }

        #expect(found == [2, nil])
    }
}
