import Foundation
import Postgres
import TestSupport
import Testing

/// Expected values are scikit-learn 1.9.1's, on the same rows:
///
///     Xt, Xe, yt, ye, wt, we = train_test_split(X, y, w, random_state=1)
///     forest = RandomForestRegressor(n_estimators=20, random_state=2).fit(Xt, yt, sample_weight=wt)
///     root_mean_squared_error(ye, forest.predict(Xe), sample_weight=we), …
@Suite("Weights of rows and missing values", .database, .timeLimit(.minutes(10)))
struct WeightsAndMissingValuesTests {
    private static let seeds = ["--random-state", "2", "--split-seed", "1", "--n-estimators", "20"]

    /// A file with two features, of which one lacks every fifth value, weights of which every fourth is 0, and a target.
    private func withData(classes: Bool = false, _ body: (_ path: String) async throws -> Void) async throws {
        var text = "a,b,w,y\n"
        for i in 0..<120 {
            let target = i * 7 % 11 * 2 + i % 3 - (i % 5 == 0 ? 4 : 0)
            let label = classes ? (target > 10 ? "high" : "low") : String(target)
            text += "\(i * 7 % 11),\(i % 5 == 0 ? "" : String(i * 13 % 17)),\(Double(i % 4) * 0.5),\(label)\n"
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        try await body(file.path)
    }

    private func metrics(_ store: Store) async throws -> [String: Double] {
        let json = try await store.value(String.self, "select metrics::text from coppice.run_history where job_id = 1")
        return try JSONDecoder().decode([String: Double].self, from: Data(json.utf8))
    }

    @Test("Training and metrics are scikit-learn's, and so are predictions of rows with missing values")
    func regression() async throws {
        try await withData { path in
            let store = try Store()
            let train = ["train", "--data", path, "--sample-weight", "w", "--register", "m"]
            let submitted = try await store.submit.run(train + Self.seeds)
            #expect(submitted.status == 0, "\(submitted.errors)")
            #expect(try await store.worker.run("--drain").status == 0)
            let metrics = try await metrics(store)
            #expect(abs(try #require(metrics["rmse"]) - 1.050214615136936) < 1e-9)
            #expect(abs(try #require(metrics["mae"]) - 0.8923437499999998) < 1e-9)
            #expect(abs(try #require(metrics["r2"]) - 0.9677168745871233) < 1e-9)
            let weights = try await store.value(String.self, "select params->>'sample_weight' from coppice.run_history")
            #expect(weights == "w")

            let predict = ["predict", "--model", "models:/m/1", "--data", path, "--rows", "0..<6"]
            let predicted = try await store.submit.run(predict)
            #expect(predicted.status == 0, "\(predicted.errors)")
            #expect(try await store.worker.run("--drain").status == 0)
            let ours = try await store.value(
                [Double].self,
                "select array_agg(prediction order by row_index) from coppice.prediction_history"
            )
            let theirs = [-2.4619047619047616, 14.6, 6.7, 20.15, 11.136666666666667, 1.3571428571428572]
            #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-9 } && ours.count == 6)

            let run = try await store.value(String.self, "select run_id from coppice.run_history where job_id = 1")
            // permutation_importance(forest, Xe, ye, n_repeats=5, random_state=2, sample_weight=we)
            let importances = try await store.coppice.run("artifacts", "get", run, "feature_importance.csv", "-")
            let expected = [
                [0.9311566963616048, 2.0387018452316132, 0.3284551877708752],
                [0.06884330363839508, 0.04695795916120393, 0.02285250117009366],
            ]
            #expect(importances.lines.first == "feature,impurity,permutation,permutation_std")
            for (line, expected) in zip(importances.lines.dropFirst(), expected) {
                let numbers = line.split(separator: ",").dropFirst().compactMap { Double($0) }
                #expect(numbers.count == 3 && zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(line)")
            }

            let again = try await store.coppice.run("runs", "reproduce", run)
            #expect(again.status == 0, "\(again.errors)")
        }
    }

    @Test("So are the metrics of a classification")
    func classification() async throws {
        try await withData(classes: true) { path in
            let store = try Store()
            let submitted = try await store.submit.run(["train", "--data", path, "--sample-weight", "w"] + Self.seeds)
            #expect(submitted.status == 0, "\(submitted.errors)")
            #expect(try await store.worker.run("--drain").status == 0)
            let metrics = try await metrics(store)
            #expect(abs(try #require(metrics["accuracy"]) - 0.9166666666666666) < 1e-9)
            #expect(abs(try #require(metrics["log_loss"]) - 0.18064050180438693) < 1e-9)
            #expect(abs(try #require(metrics["roc_auc"]) - 0.9927404719693285) < 1e-9)
        }
    }
}
