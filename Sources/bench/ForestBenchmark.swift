internal import DecisionForests
internal import Foundation
internal import ModelFormat

/// Trains, predicts and measures as the parameter file says.
struct ForestBenchmark {
    private let parameters: BenchmarkParameters
    private let data: BenchmarkData

    struct Report: Encodable {
        var fit_s = 0.0
        var fit_cpu_s = 0.0
        var predict_s = 0.0
        var predict_cpu_s = 0.0
        var predict_rows = 0
        var single_row_us = 0.0
        var load_s = 0.0
        var nodes = 0
        var model_bytes = 0
        var peak_rss_mb = 0.0
        var oob_score: Double?
        var feature_importances: [Double] = []
        var splitter = ""

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(fit_s, forKey: .fit_s)
            try values.encode(fit_cpu_s, forKey: .fit_cpu_s)
            try values.encode(predict_s, forKey: .predict_s)
            try values.encode(predict_cpu_s, forKey: .predict_cpu_s)
            try values.encode(predict_rows, forKey: .predict_rows)
            try values.encode(single_row_us, forKey: .single_row_us)
            try values.encode(load_s, forKey: .load_s)
            try values.encode(nodes, forKey: .nodes)
            try values.encode(model_bytes, forKey: .model_bytes)
            try values.encode(peak_rss_mb, forKey: .peak_rss_mb)
            // null without an estimate, instead of no key.
            try values.encode(oob_score, forKey: .oob_score)
            try values.encode(feature_importances, forKey: .feature_importances)
            try values.encode(splitter, forKey: .splitter)
        }

        private enum CodingKeys: String, CodingKey {
            case fit_s, fit_cpu_s, predict_s, predict_cpu_s, predict_rows, single_row_us, load_s, nodes, model_bytes
            case peak_rss_mb, oob_score, feature_importances, splitter
        }
    }

    init(_ arguments: Arguments) throws {
        parameters = try BenchmarkParameters(contentsOf: arguments.params)
        data = try BenchmarkData(arguments, parameters.hyperparameters.task)
    }

    func run() async throws -> Report {
        var report = Report()
        let forest = try await fit(&report)
        try predict(forest, &report)
        try writeModel(forest, &report)
        report.nodes = forest.nodeCount
        report.oob_score = forest.outOfBag?.score
        report.feature_importances = forest.featureImportances
        report.peak_rss_mb = peakMemory()
        return report
    }

    private func fit(_ report: inout Report) async throws -> RandomForest {
        let trainer = RandomForestTrainer(
            hyperparameters: parameters.hyperparameters,
            randomState: parameters.seed,
            threadCount: parameters.threads
        )
        report.splitter = trainer.splitter(for: data.trainingSet).rawValue
        let watch = Stopwatch()
        let forest = try await trainer.train(on: data.trainingSet)
        (report.fit_s, report.fit_cpu_s) = watch.elapsed
        return forest
    }

    /// Predicts the test rows again and again until enough rows have been predicted; writes the first predictions.
    private func predict(_ forest: RandomForest, _ report: inout Report) throws {
        let predictor = ForestPredictor(forest)
        var predictions: [Double] = []
        let watch = Stopwatch()
        repeat {
            predictions = predictor.predict(data.test)
            report.predict_rows += data.test.rowCount
        } while report.predict_rows < parameters.predictRows
        (report.predict_s, report.predict_cpu_s) = watch.elapsed
        if let path = parameters.predictionsOut {
            let lines = predictions.map { prediction in
                data.classLabels.map { $0[Int(prediction)] } ?? "\(prediction)"
            }
            try Failure.writing(path) { try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: $0) }
        }
        report.single_row_us = singleRowMicroseconds(predictor)
    }

    private func singleRowMicroseconds(_ predictor: ForestPredictor) -> Double {
        let rows = (0..<min(data.test.rowCount, 200)).map { row in
            (0..<data.test.featureCount).map { data.test[row, $0] }
        }
        var sum = 0.0
        var best = Double.infinity
        for _ in 0..<20 {
            let watch = Stopwatch()
            for row in rows { sum += predictor.predict(row: row) }
            best = min(best, watch.elapsed.wall / Double(rows.count))
        }
        return sum.isNaN ? .nan : best * 1e6
    }

    /// Writes `model.onnx` and measures reading it.
    private func writeModel(_ forest: RandomForest, _ report: inout Report) throws {
        guard let path = parameters.modelOut else { return }
        let bytes = try ModelFolder.onnx(
            forest: forest,
            featureNames: data.featureNames,
            classLabels: data.classLabels.map { ClassLabels(names: $0) }
        )
        report.model_bytes = bytes.count
        try Failure.writing(path) { try Data(bytes).write(to: $0) }
        let watch = Stopwatch()
        _ = try LoadedModel(files: ["MLmodel": Array("flavors: {onnx: {data: model.onnx}}".utf8), "model.onnx": bytes])
        report.load_s = watch.elapsed.wall
    }
}
