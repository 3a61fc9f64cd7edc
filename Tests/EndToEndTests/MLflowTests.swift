import Foundation
import Postgres
import TestSupport
import Testing

@Suite(
    "MLflow's own client against coppice server",
    .database,
    .timeLimit(.minutes(10)),
    .enabled(if: Python.isAvailable, "needs COPPICE_TEST_PYTHON, which ./test sets")
)
struct MLflowTests {
    @Test("The classic quick start runs unchanged, and its model loads and predicts the same")
    func quickStart() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let result = try await MLflowScript(name: "quickstart").run(server: server)

        #expect(result["equal"] as? Bool == true)
        #expect(result["status"] as? String == "FINISHED")
        #expect((result["params"] as? [String: String])?["max_depth"] == "5")
        #expect(result["losses"] as? [Double] == [1, 0.5, 1.0 / 3])
        #expect(result["artifacts"] as? [String] == ["scatter.png"])
        #expect(result["picture"] as? String == "89504e470d0a1a0a")
        #expect(result["outputs"] as? [String] == [try #require(result["model_id"] as? String)])
        #expect(result["version_run"] as? String == result["run_id"] as? String)
        // The same store: SQL and our own commands see it.
        let run = try await store.value(
            String.self,
            """
            select concat_ws(' ', experiment, run_name, status, params->>'n_estimators', metrics ? 'rmse')
            from coppice.run_history
            """
        )
        #expect(run == "mlflow_quickstart RandomForest_baseline FINISHED 20 t")
        #expect(try await server.stop().status == 0)
    }

    @Test("A worker's model loads by version, latest and alias, and predicts what we predict")
    func workersModel() async throws {
        let store = try Store()
        _ = try await store.submit.run([
            "train", "--n-estimators", "10", "--register", "rf_regressor", "--alias", "champion",
        ])
        _ = try await store.submit.run(["predict", "--model", "job:1", "--data", "diabetes", "--rows", "0..<5"])
        #expect(try await store.worker.run("--drain").status == 0)
        let ours = try await store.value(
            [Double].self,
            "select array_agg(prediction order by row_index) from coppice.prediction_history"
        )
        let server = try await MLflowServer.start(store)
        let result = try await MLflowScript(name: "load_model").run(server: server)

        for uri in ["models:/rf_regressor/1", "models:/rf_regressor/latest", "models:/rf_regressor@champion"] {
            let theirs = try #require((result["predictions"] as? [String: [Double]])?[uri])
            #expect(theirs.count == 5)
            for (theirs, ours) in zip(theirs, ours) { #expect(abs(theirs - ours) < 1e-9) }
        }
        #expect(result["enforced"] as? Bool == true)
        #expect((result["params"] as? [String: String])?["n_estimators"] == "10")
    }

    @Test("An ONNX tree model that a client registered is one that submit predict runs")
    func theirModel() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let result = try await MLflowScript(name: "log_onnx").run(server: server)
        let theirs = try #require(result["predictions"] as? [Double])
        let worker = try store.worker.start(["--max-jobs", "1"])
        let predicted = try await store.submit.run([
            "predict", "--model", "models:/theirs/1", "--data", "diabetes", "--rows", "0..<5", "--wait",
        ])

        #expect(predicted.status == 0, "\(predicted.errors)")
        #expect(predicted.lines.count == 5)
        for (line, theirs) in zip(predicted.lines, theirs) {
            #expect(abs(try #require(Double(line)) - theirs) < 1e-4)
        }
        #expect(try await worker.outcome().status == 0)
    }

    @Test("Hundreds of calls, good and bad, are answered as MLflow's own server answers them")
    func differential() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let answers = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "MLflow/answers.json")
        let (status, output) = try await MLflowScript(name: "differential").outcome(
            ["check", server.url, answers.path],
            server: server
        )
        #expect(status == 0, "\(output)")
        #expect(!(try server.program.errors).contains("a request failed"))
    }
}
