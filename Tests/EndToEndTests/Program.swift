import Foundation
import Testing

/// One of our executables, as a user starts it.
struct Program {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    let name: String
    /// On top of a small environment in which no database is named.
    var environment: [String: String] = [:]

    /// Runs it to its end. What it would read from the terminal is empty.
    @concurrent
    func run(_ arguments: [String], in directory: String? = nil) async throws -> Outcome {
        let process = Process()
        // The products are beside the bundle of the tests.
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: name
        )
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.environment = inherited.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: nobody has to read while it runs, however much it says.
        let output = folder.appending(path: "output")
        let errors = folder.appending(path: "errors")
        for file in [output, errors] { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }
}

extension Program.Outcome {
    /// Checks the form of every error: nothing on standard output, one line on standard error.
    func expectError(status: Int32, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(self.status == status, "\(errors)", sourceLocation: sourceLocation)
        #expect(output.isEmpty, sourceLocation: sourceLocation)
        #expect(errors.hasPrefix("error: "), "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.filter(\.isNewline).count == 1, "\(errors)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(errors.contains(part), "\(errors)", sourceLocation: sourceLocation)
        }
    }
}
