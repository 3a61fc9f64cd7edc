internal import Foundation

/// How much memory the container allows in which this process runs.
enum ContainerMemory {
    /// Where Linux says so, in control groups of version 2 and 1.
    private static let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]

    /// In bytes; nil: no limit, or no container.
    static var limit: Int? { limit(in: files) }

    static func limit(in files: [String]) -> Int? {
        files.lazy.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.first.flatMap { text in
            // "max" is no limit.
            Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
