internal import Foundation
internal import Glibc

/// A worker program that runs.
final class WorkerProcess: Sendable {
    /// The name by which the store knows it; no two have the same.
    let name: String
    private let process = Process()
    private let ended: AsyncStream<Void>

    /// Starts `program` and appends what it says to `log`.
    init(_ program: URL, name: String, arguments: [String], environment: [String: String], log: URL) throws {
        self.name = name
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        process.executableURL = program
        process.arguments = arguments + ["--name", name]
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: log)
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        guard process.isRunning else { return }
        kill(process.processIdentifier, number)
    }

    /// Waits for its end: an exit status, or 128 and more for a signal.
    func exitStatus() async -> Int32 {
        for await _ in ended {}
        // A cancelled wait ends early.
        guard !process.isRunning else { return -1 }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }
}
