internal import FoundationEssentials

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The running server of a data directory, as its `postmaster.pid` tells.
struct ServerProcess: Sendable, Equatable {
    enum Phase: String {
        case starting, stopping, ready, standby
    }

    let id: pid_t
    let phase: Phase
    private let dataDirectory: String

    /// `nil` if no server runs there; a file that a killed server left behind is seen through.
    init?(dataDirectory: String) {
        guard let text = try? String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8) else {
            return nil
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let id = lines.first.flatMap({ pid_t($0) }), Self.directory(of: id) == dataDirectory else { return nil }
        self.id = id
        self.dataDirectory = dataDirectory
        // The eighth line comes only once the server listens.
        phase = lines.count > 7 ? Phase(rawValue: lines[7].filter { !$0.isWhitespace }) ?? .starting : .starting
    }

    var isRunning: Bool { Self.directory(of: id) == dataDirectory }

    /// Whether anything still works in the data directory: processes can outlive a server that was killed.
    static func hasProcesses(in dataDirectory: String) -> Bool {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).contains { name in
            pid_t(name).map { directory(of: $0) == dataDirectory } ?? false
        }
    }

    /// A process that has a data directory for its working directory is a server's; a number alone may have been
    /// given to another process meanwhile. `nil` for a process that has ended, even if nobody has waited for it.
    private static func directory(of process: pid_t) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/\(process)/cwd", &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
