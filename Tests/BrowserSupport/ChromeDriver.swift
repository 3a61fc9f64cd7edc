internal import Foundation

/// A running chromedriver (Debian's package chromium-driver), which starts and steers Chromium.
final class ChromeDriver: Sendable {
    /// Where a program is, by the search path.
    static func program(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":") + ["/usr/bin", "/usr/lib/chromium"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    let port: UInt16
    private let process: Process

    /// Returns when it listens. It and all that it starts work in `directory`, by which whoever cleans up finds them.
    init(in directory: String) async throws {
        guard let program = Self.program("chromedriver") else {
            throw BrowserError(
                .notStarted,
                "there is no chromedriver; install the packages chromium and chromium-driver"
            )
        }
        var tries = 0
        while true {
            tries += 1
            let process = try Self.start(program, in: directory)
            switch try await Self.listening(process, in: directory) {
            case .success(let port):
                (self.port, self.process) = (port, process)
                return
            case .failure(let error):
                // The port that it found free for the one version of IP may be taken for the other.
                guard tries < 10, "\(error)".contains("Address already in use") else { throw error }
            }
        }
    }

    /// A file, not a pipe: nobody has to read while it runs.
    private static func log(in directory: String) -> URL {
        URL(filePath: directory).appending(path: "chromedriver.log")
    }

    private static func start(_ program: String, in directory: String) throws -> Process {
        try Data().write(to: log(in: directory))
        let handle = try FileHandle(forWritingTo: log(in: directory))
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--port=0"]
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory,
            "LANG": "C.UTF-8", "TZ": "UTC",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        try handle.close()
        return process
    }

    /// Where it listens, once it does.
    private static func listening(_ process: Process, in directory: String) async throws -> Result<UInt16, BrowserError>
    {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let isRunning = process.isRunning
            let log = try String(contentsOf: log(in: directory), encoding: .utf8)
            if let match = log.firstMatch(of: /started successfully on port (\d+)/), let port = UInt16(match.1) {
                return .success(port)
            }
            guard isRunning, ContinuousClock.now < end else {
                if isRunning { kill(process.processIdentifier, SIGKILL) }
                return .failure(BrowserError(.notStarted, "chromedriver does not listen: \(log)"))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit {
        // It may have inherited that other signals are blocked.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
