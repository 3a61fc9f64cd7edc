import Foundation
import Testing

/// `coppice server` on the database of a test, on a port of its own.
struct MLflowServer {
    let program: RunningProgram
    let url: String

    /// Returns when it listens.
    static func start(_ store: Store, _ options: String...) async throws -> MLflowServer {
        try await start(store, options)
    }

    /// Returns when it listens.
    static func start(_ store: Store, _ options: [String]) async throws -> MLflowServer {
        let program = try store.coppice.start(["server", "--port", "0"] + options)
        while true {
            let log = try program.errors
            if let match = log.firstMatch(of: /address=(http:\/\/\S+)/) {
                return MLflowServer(program: program, url: String(match.1))
            }
            try #require(!log.contains("error: "), "\(log)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends it as an operator does, and waits for its end.
    func stop() async throws -> Program.Outcome {
        program.signal(SIGTERM)
        return try await program.outcome()
    }

    struct Answer {
        let status: Int
        let body: Data
        let headers: [AnyHashable: Any]

        var text: String { String(decoding: body, as: UTF8.self) }

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:]
        }

        func header(_ name: String) -> String? {
            headers.first { "\($0.key)".lowercased() == name.lowercased() }.map { "\($0.value)" }
        }
    }

    /// Asks with curl, which sends headers and paths as they are given.
    func ask(_ method: String, _ path: String, json: String? = nil, _ options: String...) async throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-answer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (body, head) = (folder.appending(path: "body"), folder.appending(path: "head"))
        var arguments = ["-sS", "--path-as-is", "-X", method, "-o", body.path, "-D", head.path]
        if let json { arguments += ["-H", "Content-Type: application/json", "-d", json] }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["curl"] + arguments + options + [url + path]
        try await process.end()
        let lines = try String(contentsOf: head, encoding: .utf8).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = lines.last { $0.hasPrefix("HTTP/") }?.split(separator: " ").dropFirst().first
        return Answer(
            status: Int(status ?? "0") ?? 0,
            body: (try? Data(contentsOf: body)) ?? Data(),
            headers: headers
        )
    }
}

/// A script of `Tests/EndToEndTests/MLflow`, with the Python that `./test` prepares.
struct MLflowScript {
    let name: String

    /// Runs it to its end, and returns what it printed last: one JSON object.
    func run(_ arguments: [String] = [], server: MLflowServer) async throws -> [String: Any] {
        let (status, output) = try await outcome(arguments, server: server)
        try #require(status == 0, "\(output)")
        let last = try #require(output.split(separator: "\n").last)
        return try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    }

    /// Its status and everything it printed.
    func outcome(_ arguments: [String] = [], server: MLflowServer) async throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-mlflow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: try #require(Python.executable))
        process.arguments =
            [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "MLflow/\(name).py").path] + arguments
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path,
            "MLFLOW_TRACKING_URI": server.url, "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet",
            "MPLCONFIGDIR": folder.path,
        ]
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try await process.end()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }
}

extension Process {
    /// Starts it and waits for its end.
    func end() async throws {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        terminationHandler = { _ in continuation.finish() }
        try run()
        for await _ in ended {}
    }
}
