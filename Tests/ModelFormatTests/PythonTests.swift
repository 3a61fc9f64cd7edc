import DecisionForests
import Foundation
import ModelFormat
import Testing

private let testPython = ProcessInfo.processInfo.environment["COPPICE_TEST_PYTHON"]

/// onnxruntime and MLflow load what we write. `COPPICE_TEST_PYTHON` names a Python that has them.
@Suite(
    "In Python",
    .enabled(if: testPython != nil, "COPPICE_TEST_PYTHON names no Python with onnxruntime and mlflow")
)
struct PythonTests {
    private struct Expected: Encodable {
        let names: [String]
        let columns: [[Double?]]
        var values: [Double]?
        var labels: [String]?
        var classes: [String]?
        var probabilities: [Double]?
        let run_id: String?
        let model_uuid: String
    }

    @Test("onnxruntime and mlflow.pyfunc predict what we predict", .timeLimit(.minutes(5)))
    func samePredictions() async throws {
        for sample in try await Sample.all() {
            let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-model-\(UUID())")
            defer { try? FileManager.default.removeItem(at: folder) }
            let model = folder.appending(path: "model")
            try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
            for file in sample.folder.files { try Data(file.bytes).write(to: model.appending(path: file.path)) }
            try JSONEncoder().encode(expected(of: sample)).write(to: folder.appending(path: "expected.json"))

            let script = try #require(
                Bundle.module.url(forResource: "check_model", withExtension: "py", subdirectory: "Fixtures")
            )
            let (status, output) = try run(#require(testPython), [script.path, model.path])
            #expect(status == 0, "\(sample.testDescription): \(output)")
        }
    }

    private func expected(of sample: Sample) throws -> Expected {
        var expected = Expected(
            names: Sample.names,
            columns: sample.columns.map { $0.map { $0.isNaN ? nil : $0 } },
            run_id: Sample.identity.runID,
            model_uuid: Sample.identity.modelUUID
        )
        switch try sample.predictions {
        case .values(let values): expected.values = values
        case .classes(_, let probabilities, let labels):
            expected.labels = try sample.predictions.texts
            expected.classes = labels.names
            expected.probabilities = probabilities
        }
        return expected
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
