internal import Foundation

/// What the workers said about themselves.
struct WorkerLogs: Sendable {
    /// Attempts that were computed to the end, asked the fence, and were turned away.
    private(set) var refusals = 0
    /// Finishing transactions whose fate was unknown, and which turned out to be committed.
    private(set) var commitsInDoubt = 0
    /// Lines that no worker should write.
    private(set) var crashes: [String] = []
    /// How often each warning and error came, for who looks for a cause.
    private(set) var complaints: [String: Int] = [:]

    init(folder: URL) throws {
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "log" {
            for line in String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n") {
                read(line, of: file.lastPathComponent)
            }
        }
    }

    private mutating func read(_ line: Substring, of file: String) {
        if line.contains("the job was taken away; nothing of this attempt was published") { refusals += 1 }
        if line.contains("its commit was in doubt") { commitsInDoubt += 1 }
        if line.contains("Fatal error") || line.contains("Crash:") { crashes.append("\(file): \(line)") }
        // "2026-11-24T13:45:02Z warning could not renew leases; trying again error=…"
        let words = line.split(separator: " ", maxSplits: 2)
        if words.count == 3, words[1] == "warning" || words[1] == "error" {
            complaints[String(words[2].prefix { $0 != "=" }), default: 0] += 1
        }
    }
}
