import Foundation
import Testing

/// The Python that `./test` prepares, with MLflow and scikit-learn.
enum Python {
    static let executable = ProcessInfo.processInfo.environment["COPPICE_TEST_PYTHON"]
    static var isAvailable: Bool { executable != nil }

    /// The folder of its package `mlflow`.
    static var mlflowFolder: String? {
        guard let executable else { return nil }
        let library = URL(filePath: executable).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "lib"
        )
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.map { library.path + "/\($0)/site-packages/mlflow" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// What `mlflow.pyfunc` predicts for the first rows of scikit-learn's diabetes data.
    static func predictFirstRows(modelFolder: URL, count: Int) throws -> [Double] {
        let script = """
            import json, sys
            import mlflow.pyfunc
            from sklearn.datasets import load_diabetes
            features = load_diabetes(as_frame=True).data[:int(sys.argv[2])]
            prediction = mlflow.pyfunc.load_model(sys.argv[1]).predict(features)
            print(json.dumps([float(value) for value in prediction["prediction"]]))
            """
        return try JSONDecoder().decode([Double].self, from: run(["-c", script, modelFolder.path, String(count)]))
    }

    /// Runs a script and returns what it prints.
    static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(executable))
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}
