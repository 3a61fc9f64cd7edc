internal import FoundationEssentials
internal import Glibc
public import Postgres

/// PostgreSQL's own load generator.
public enum PGBench {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Transactions a second of `script`.
    ///
    /// - Parameters:
    ///   - clients: connections that run it at the same time.
    ///   - length: how long, or how often on each connection.
    ///   - options: further ones, such as `-M prepared`.
    public static func rate(
        _ configuration: PostgresConfiguration,
        _ script: String,
        clients: Int = 1,
        length: Length = .seconds(1),
        _ options: [String] = []
    ) throws -> Double {
        let file = "/tmp/coppice-pgbench-\(getpid()).sql"
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        let command =
            ["pgbench", "-n", "-c", "\(clients)", "-j", "\(min(clients, 2))", "-f", file] + length.options + options
            + ["'\(configuration.uri)'", "2>&1"]
        guard let pipe = popen(command.joined(separator: " "), "r") else { throw Failure(description: "no pgbench") }
        defer { pclose(pipe) }
        var text = ""
        var line = [CChar](repeating: 0, count: 1_024)
        while fgets(&line, Int32(line.count), pipe) != nil {
            text += String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        // "tps = 39600.12 (…)"
        guard let tps = text.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(tps.dropFirst(6).prefix { $0 != " " })
        else { throw Failure(description: text) }
        return rate
    }

    public enum Length {
        case seconds(Int)
        case transactions(Int)

        var options: [String] {
            switch self {
            case .seconds(let count): ["-T", "\(count)"]
            case .transactions(let count): ["-t", "\(count)"]
            }
        }
    }
}
