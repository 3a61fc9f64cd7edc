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
    private let process = Process()

    /// Returns when it listens. It and all that it starts work in `directory`, by which whoever cleans up finds them.
    init(in directory: String) async throws {
        guard let program = Self.program("chromedriver") else {
            throw BrowserError(
                .notStarted,
                "there is no chromedriver; install the packages chromium and chromium-driver"
            )
        }
        // A file, not a pipe: nobody has to read while it runs.
        let output = URL(filePath: directory).appending(path: "chromedriver.log")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
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
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let log = try String(contentsOf: output, encoding: .utf8)
            if let match = log.firstMatch(of: /started successfully on port (\d+)/), let port = UInt16(match.1) {
                self.port = port
                return
            }
            guard process.isRunning, ContinuousClock.now < end else {
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                throw BrowserError(.notStarted, "chromedriver does not listen: \(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit {
        // It may have inherited that other signals are blocked.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
