import Foundation
import Postgres
import TestSupport
import Testing

@Suite("The quick-start story", .database, .timeLimit(.minutes(10)))
struct QuickStartTests {
    private static let train = [
        "train", "--data", "diabetes", "--test-size", "0.25", "--n-estimators", "100", "--max-depth", "5",
        "--experiment", "mlflow_quickstart", "--run-name", "RandomForest_baseline", "--model-name", "model_diabetes",
        "--register", "rf_regressor", "--wait",
    ]

    @Test("A forest is trained, measured, plotted, registered and reloaded, and SQL shows all of it")
    func story() async throws {
        let store = try Store()
        let worker = try store.worker.start([])
        let trained = try await store.submit.run(Self.train)
        let predicted = try await store.submit.run(
            "predict",
            "--model",
            "models:/rf_regressor/1",
            "--data",
            "diabetes",
            "--rows",
            "0..<5",
            "--wait"
        )
        worker.signal(SIGTERM)

        #expect(trained.status == 0 && trained.errors.contains("succeeded"))
        for word in ["RandomForest_baseline", "rmse", "r2", "mae", "scatter.png", "models:/rf_regressor/1"] {
            #expect(trained.output.contains(word))
        }
        #expect(predicted.status == 0)
        #expect(predicted.lines.count == 5 && predicted.lines.allSatisfy { Double($0) != nil })
        let run = try await store.value(
            String.self,
            """
            select concat_ws(' ', experiment, run_name, status, params->>'n_estimators', params->>'max_depth', dataset,
                metrics ?& array['rmse', 'r2', 'mae'])
            from coppice.run_history where job_id = 1
            """
        )
        #expect(run == "mlflow_quickstart RandomForest_baseline FINISHED 100 5 diabetes t")
        let version = try await store.value(
            String.self,
            "select concat_ws(' ', model, version, status, job_id, signature is not null) from coppice.model_history"
        )
        #expect(version == "rf_regressor 1 READY 1 t")
        let jobs = try await store.value(
            String.self,
            "select string_agg(kind || ' ' || state, ', ' order by job_id) from coppice.job_history"
        )
        #expect(jobs == "train succeeded, predict succeeded")
        #expect(
            try await store.value(Int.self, "select count(*) from coppice.prediction_history where version = 1") == 5
        )
        #expect(try await worker.outcome().status == 0)
    }

    @Test("A training run leaves its plots, its numbers and the model folder")
    func artifacts() async throws {
        let store = try Store()
        _ = try await store.submit.run(Self.train.dropLast())
        #expect(try await store.worker.run("--drain").status == 0)
        let paths = try await store.value(
            String.self,
            "select string_agg(path, ' ' order by path) from coppice.artifacts"
        )
        #expect(
            paths == """
                feature_importance.csv feature_importance.png feature_importance.svg metrics.json model_diabetes/MLmodel \
                model_diabetes/conda.yaml model_diabetes/input_example.json model_diabetes/model.onnx \
                model_diabetes/python_env.yaml model_diabetes/requirements.txt \
                model_diabetes/serving_input_example.json permutation_importance.png permutation_importance.svg \
                predictions.csv residuals.png residuals.svg scatter.png scatter.svg
                """
        )
    }

    @Test("With scikit-learn's seeds the metrics are scikit-learn's")
    func identity() async throws {
        let store = try Store()
        let worker = try store.worker.start(["--max-jobs", "1"])
        let result = try await store.submit.run(
            Self.train + ["--random-state", "42", "--split-seed", "42", "--json"]
        )
        let job = try #require((result.json()["jobs"] as? [[String: Any]])?.first)
        let metrics = try #require(job["metrics"] as? [String: Double])

        // scikit-learn 1.9.1: train_test_split(X, y, random_state=42), RandomForestRegressor(n_estimators=100,
        // max_depth=5, random_state=42).
        #expect(abs(try #require(metrics["rmse"]) - 53.96965269355909) < 1e-9)
        #expect(abs(try #require(metrics["r2"]) - 0.47325735831214577) < 1e-9)
        #expect(abs(try #require(metrics["mae"]) - 43.00000499673194) < 1e-9)
        #expect(job["state"] as? String == "succeeded")
        #expect((job["model_version"] as? [String: Any])?["version"] as? Int == 1)
        #expect(try await worker.outcome().status == 0)
    }

    @Test("The same seeds give the same model, byte for byte, whatever the number of threads")
    func reproducible() async throws {
        let store = try Store()
        for threads in ["1", "2"] {
            _ = try await store.submit.run(["train", "--random-state", "7", "--split-seed", "7"])
            #expect(try await store.worker.run("--drain", "--threads", threads).status == 0)
        }
        let digests = try await store.value(
            Int.self,
            "select count(distinct digest) from coppice.artifacts where path = 'model/model.onnx'"
        )
        #expect(digests == 1)
    }

    @Test("A run can be reproduced, and one that was changed is found out")
    func reproduce() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--data", "iris", "--n-estimators", "10")
        #expect(try await store.worker.run("--drain").status == 0)
        let run = try await store.value(String.self, "select run_id from coppice.run_history")
        let same = try await store.coppice.run("runs", "reproduce", run)
        #expect(same.status == 0 && same.output.contains("the same"), "\(same.errors)")

        try await store.execute(
            "update coppice.finished_jobs set spec = jsonb_set(spec, '{random_state}', '0') where job_id = 1"
        )
        let other = try await store.coppice.run("runs", "reproduce", run)
        #expect(other.status == 1 && other.errors.contains("another digest"), "\(other.errors)")
    }

    @Test(
        "MLflow loads the model that a worker logged, and predicts the same",
        .enabled(if: Python.isAvailable, "needs COPPICE_TEST_PYTHON, which ./test sets")
    )
    func mlflow() async throws {
        let store = try Store()
        _ = try await store.submit.run(Self.train.dropLast())
        _ = try await store.submit.run(["predict", "--model", "job:1", "--data", "diabetes", "--rows", "0..<5"])
        #expect(try await store.worker.run("--drain").status == 0)
        let run = try await store.value(String.self, "select run_id from coppice.run_history where job_id = 1")
        let ours = try await store.value(
            [Double].self,
            "select array_agg(prediction order by row_index) from coppice.prediction_history"
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-model-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let fetched = try await store.coppice.run("artifacts", "get", run, "model_diabetes", folder.path)
        #expect(fetched.status == 0)

        let theirs = try Python.predictFirstRows(modelFolder: folder, count: 5)
        #expect(theirs.count == 5)
        for (theirs, ours) in zip(theirs, ours) { #expect(abs(theirs - ours) < 1e-9) }
    }
}

@Suite("Classification from end to end", .database, .timeLimit(.minutes(10)))
struct ClassificationTests {
    @Test(
        "A classification is trained, measured and reloaded, labels and probabilities included",
        arguments: ["iris", "digits"]
    )
    func classes(data: String) async throws {
        let store = try Store()
        _ = try await store.submit.run(
            [
                "train", "--data", data, "--n-estimators", "20", "--random-state", "1", "--split-seed", "1",
                "--oob-score",
            ]
        )
        _ = try await store.submit.run("predict", "--model", "job:1", "--data", data, "--rows", "0..<3")
        #expect(try await store.worker.run("--drain").status == 0)

        let accuracy = try await store.value(
            Double.self,
            "select (metrics->>'accuracy')::float8 from coppice.run_history where job_id = 1"
        )
        #expect(accuracy > 0.9)
        let labels = try await store.value(
            String.self,
            "select string_agg(label, ' ' order by row_index) from coppice.prediction_history"
        )
        #expect(labels == (data == "iris" ? "setosa setosa setosa" : "0 1 2"))
        let curve = try await store.value(
            Int.self,
            "select max(step) from coppice.metric_history where key = 'oob_error'"
        )
        #expect(curve == 20)
    }
}
