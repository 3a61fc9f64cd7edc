import FoundationEssentials
import Glibc
import Postgres

/// PostgreSQL's own load generator.
enum PGBench {
    struct Failure: Error {}

    /// Transactions a second of `script` on one connection, over one second.
    static func rate(_ configuration: PostgresConfiguration, _ script: String, _ options: [String]) throws -> Double {
        let file = "/tmp/coppice-pgbench-\(getpid()).sql"
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        let command = ["pgbench", "-n", "-T", "1", "-c", "1", "-f", file] + options + ["'\(configuration.uri)'"]
        guard let pipe = popen(command.joined(separator: " ") + " 2>/dev/null", "r") else { throw Failure() }
        defer { pclose(pipe) }
        var text = ""
        var line = [CChar](repeating: 0, count: 1_024)
        while fgets(&line, Int32(line.count), pipe) != nil {
            text += String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        // "tps = 39600.12 (…)"
        guard let tps = text.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(tps.dropFirst(6).prefix { $0 != " " })
        else { throw Failure() }
        return rate
    }
}
