import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Categories from end to end", .database, .timeLimit(.minutes(10)))
struct CategoricalTests {
    private static let colours = ["red", "green", "blue", "ö \"x\", y"]

    /// A table with two columns of text, of which one lacks values, and a number.
    private static func rows(_ count: Int, classes: Bool, unseen: Bool = false) -> String {
        var text = "colour,size,x,y\n"
        for i in 0..<count {
            let colour = unseen && i % 4 == 0 ? "violet" : colours[i * 7 % 4]
            let size = i % 5 == 0 ? "" : ["S", "M", "L"][i * 11 % 3]
            let target = Double(i * 7 % 4) * 3 + Double(i % 13) / 7 + (size == "L" ? 5 : 0)
            let quoted = "\"" + colour.replacing("\"", with: "\"\"") + "\""
            text += "\(quoted),\(size),\(i % 13),\(classes ? (target > 6 ? "high" : "low") : String(target))\n"
        }
        return text
    }

    private func withFiles(_ texts: [String], _ body: ([String]) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var paths: [String] = []
        for (index, text) in texts.enumerated() {
            let file = folder.appending(path: "\(index).csv")
            try Data(text.utf8).write(to: file)
            paths.append(file.path)
        }
        try await body(paths)
    }

    private struct Answer: Decodable {
        let predictions: [String]
        let examples: Int
        let types: [String: String]
    }

    @Test("Text is refused with a hint")
    func refused() async throws {
        try await withFiles([Self.rows(40, classes: false)]) { paths in
            let store = try Store()
            let plain = try await store.submit.run("train", "--data", paths[0])
            #expect(plain.status == 64 && plain.errors.contains("--categorical"), "\(plain.errors)")
        }
    }

    @Test("What is text to the model is text in any data, whatever it looks like")
    func looksLikeNumbers() async throws {
        // Postal codes that are numbers to most readers, of which the target depends on each; labels of the same kind.
        let codes = ["00501", "501", "10001", "90210"]
        var train = "code,x,y\n"
        for row in 0..<80 { train += "\(codes[row % 4]),\(row % 7),\(["007", "7", "A1", "x"][row % 4])\n" }
        try await withFiles([train, "code,x,y\n00501,1,007\n00501,2,\n", "code,x,id\n501,1,5\n"]) { paths in
            let store = try Store()
            let submitted = try await store.submit.run(
                ["train", "--data", paths[0], "--categorical", "code", "--task", "classification", "--model-name", "m"]
                    + ["--n-estimators", "10", "--register", "m", "--random-state", "1", "--split-seed", "1"]
            )
            // The first label decides what the column is.
            #expect(submitted.status == 64 && submitted.errors.contains("\"A1\""), "\(submitted.errors)")
            let reordered = train.replacing("code,x,y\n", with: "code,x,y\n90210,6,x\n")
            try Data(reordered.utf8).write(to: URL(filePath: paths[0]))
            #expect(
                try await store.submit.run(
                    ["train", "--data", paths[0], "--categorical", "code", "--model-name", "m", "--register", "m"]
                        + ["--n-estimators", "10", "--random-state", "1", "--split-seed", "1"]
                ).status == 0
            )
            #expect(try await store.worker.run("--drain").status == 0)
            for path in paths[1...] {
                #expect(try await store.submit.run("predict", "--model", "models:/m/1", "--data", path).status == 0)
            }
            #expect(try await store.worker.run("--drain").status == 0)
            let labels = try await store.value(
                [String].self,
                "select array_agg(label order by run_id = (select run_id from coppice.job_history where job_id = 3), row_index) from coppice.prediction_history"
            )
            #expect(labels == ["007", "007", "7"])
            // Measured where the truth is known, and never against a column that the model did not learn.
            let metrics = try await store.value(
                [String].self,
                "select array_agg(metrics::text order by job_id) from coppice.run_history where job_id in (2, 3)"
            )
            #expect(metrics == [#"{"accuracy": 1}"#, "{}"])
        }
    }

    @Test(
        "A worker and MLflow predict the same from text, also from text that was not seen in training",
        .enabled(if: Python.isAvailable, "needs COPPICE_TEST_PYTHON, which ./test sets"),
        arguments: [(false, "all"), (true, "colour,size")]
    )
    func samePredictions(classes: Bool, categorical: String) async throws {
        let train = Self.rows(200, classes: classes)
        let test = Self.rows(24, classes: classes, unseen: true)
        try await withFiles([train, test]) { paths in
            let store = try Store()
            let submitted = try await store.submit.run(
                [
                    "train", "--data", paths[0], "--categorical", categorical, "--model-name", "m", "--register", "m",
                    "--n-estimators", "20", "--random-state", "1", "--split-seed", "1",
                ]
            )
            #expect(submitted.status == 0, "\(submitted.errors)")
            #expect(try await store.worker.run("--drain").status == 0)
            let predicted = try await store.submit.run("predict", "--model", "models:/m/1", "--data", paths[1])
            #expect(predicted.status == 0, "\(predicted.errors)")
            #expect(try await store.worker.run("--drain").status == 0)
            let ours = try await store.value(
                [String].self,
                "select array_agg(coalesce(label, prediction::text) order by row_index) from coppice.prediction_history"
            )
            let log = try await store.coppice.run("jobs", "logs", "2")
            #expect(log.output.contains("has not seen 6 values of column 'colour'"), "\(log.output)")

            let run = try await store.value(String.self, "select run_id from coppice.run_history where job_id = 1")
            let folder = paths[0] + ".model"
            #expect(try await store.coppice.run("artifacts", "get", run, "m", folder).status == 0)
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "MLflow/predict_csv.py")
            let answer = try JSONDecoder().decode(
                Answer.self,
                from: Python.run([script.path, folder, paths[1]])
            )
            #expect(answer.types == ["colour": "string", "size": "string", "x": "double"])
            #expect(answer.examples == 5)
            #expect(answer.predictions.count == 24 && ours.count == 24)
            for (theirs, ours) in zip(answer.predictions, ours) {
                if classes {
                    #expect(theirs == ours)
                } else {
                    #expect(abs(try #require(Double(theirs)) - (try #require(Double(ours)))) < 1e-9)
                }
            }
            let again = try await store.coppice.run("runs", "reproduce", run)
            #expect(again.status == 0, "\(again.errors)")
        }
    }

    @Test("Shards number categories alike, and the run says which columns are categories")
    func shards() async throws {
        try await withFiles([Self.rows(200, classes: false)]) { paths in
            let store = try Store()
            let train = [
                "train", "--data", paths[0], "--categorical", "all", "--n-estimators", "6", "--random-state", "1",
                "--split-seed", "1",
            ]
            for options in [[], ["--shards", "2"]] {
                let submitted = try await store.submit.run(train + options)
                #expect(submitted.status == 0, "\(submitted.errors)")
            }
            #expect(try await store.worker.run("--drain").status == 0)
            let distinct = try await store.value(
                Int.self,
                """
                select count(distinct metrics->>'rmse')::int from coppice.run_history
                where params->>'categorical' = 'all' and metrics ? 'rmse'
                """
            )
            #expect(distinct == 1)
        }
    }
}
