internal import Foundation
internal import Glibc

/// A worker program that runs.
final class WorkerProcess: Sendable {
    /// The name by which the store knows it; no two have the same.
    let name: String
    private let process = Process()
    private let log: URL

    /// Starts `program` and appends what it says to `log`.
    init(_ program: URL, name: String, arguments: [String], environment: [String: String], log: URL) throws {
        self.name = name
        self.log = log
        process.executableURL = program
        process.arguments = arguments + ["--name", name]
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let errors = try FileHandle(forWritingTo: log)
        process.standardError = errors
        try process.run()
        try errors.close()
    }

    var isRunning: Bool { process.isRunning && unnoticedEnd == nil }

    /// The last lines that it wrote, and where its threads wait in the kernel.
    var lastWords: String {
        let lines = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").suffix(20) ?? []
        let threads = "/proc/\(process.processIdentifier)/task"
        let waits = ((try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? []).map { thread in
            let name = (try? String(contentsOfFile: "\(threads)/\(thread)/comm", encoding: .utf8)) ?? "?"
            let place = (try? String(contentsOfFile: "\(threads)/\(thread)/wchan", encoding: .utf8)) ?? "?"
            return name.trimmingCharacters(in: .whitespacesAndNewlines) + " in " + place
        }
        return (lines.map(String.init) + waits).joined(separator: "\n    ")
    }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        guard isRunning else { return }
        kill(process.processIdentifier, number)
    }

    /// Waits for its end: an exit status, or 128 and more for a signal.
    func exitStatus() async -> Int32 {
        while process.isRunning {
            if let status = unnoticedEnd { return status }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return -1 }
        }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }

    /// How it ended, while Foundation does not know yet that it did.
    ///
    /// Foundation hears of it through a socket, which any other program inherits that is started at the same moment. A
    /// PostgreSQL server that comes back then keeps the socket open, and the news away.
    private var unnoticedEnd: Int32? {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(process.processIdentifier), &information, WEXITED | WNOHANG | WNOWAIT)
        guard result == 0, information._sifields._sigchld.si_pid != 0 else { return nil }
        let status = information._sifields._sigchld.si_status
        return information.si_code == Int32(CLD_EXITED) ? status : 128 + status
    }
}
