import Foundation

/// A program that runs; killed when nobody holds it any more.
final class RunningProgram: Sendable {
    private let process = Process()
    private let folder: URL
    private let ended: AsyncStream<Void>

    init(_ program: Program, _ arguments: [String], in directory: String?) throws {
        // Files, not pipes: nobody has to read while it runs, however much it says.
        folder = FileManager.default.temporaryDirectory.appending(path: "coppice-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        // The products are beside the bundle of the tests.
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: program.name
        )
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.environment = inherited.merging(program.environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        process.standardInput = FileHandle.nullDevice
        let output = try Self.file(folder.appending(path: "output"))
        let errors = try Self.file(folder.appending(path: "errors"))
        process.standardOutput = output
        process.standardError = errors
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        // The process object outlives the program, and would keep them open.
        try output.close()
        try errors.close()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Waits for its end.
    func outcome() async throws -> Program.Outcome {
        for await _ in ended {}
        try Task.checkCancellation()
        return Program.Outcome(status: process.terminationStatus, output: try text("output"), errors: try errors)
    }

    /// What it wrote to standard error so far.
    var errors: String {
        get throws { try text("errors") }
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}
