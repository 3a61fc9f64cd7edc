internal import Logging
internal import Synchronization

/// The lines of one attempt, kept until they are stored.
final class JobLog: Sendable {
    struct Line: Sendable, Equatable {
        let number: Int
        /// By the steady clock: the store turns it into a time of the database, whatever this machine's calendar says.
        let loggedAt: ContinuousClock.Instant
        let level: String
        let message: String
    }

    private struct Lines {
        var pending: [Line] = []
        var count = 0
    }

    /// A job that talks too much keeps its first lines; the store is no place for gigabytes of log.
    private static let limit = 10_000

    private let lines = Mutex(Lines())

    func append(_ message: String, level: Logger.Level) {
        lines.withLock { lines in
            guard lines.count < Self.limit else { return }
            lines.count += 1
            let last = lines.count == Self.limit
            lines.pending.append(
                Line(
                    number: lines.count,
                    loggedAt: .now,
                    level: level.rawValue,
                    // A PostgreSQL text cannot hold a NUL.
                    message: last ? "the log ends here: it has \(Self.limit) lines" : message.replacing("\0", with: "")
                )
            )
        }
    }

    /// Lines not stored yet.
    var pending: [Line] { lines.withLock { $0.pending } }

    /// Forgets the lines up to `number`: they are stored.
    func stored(upTo number: Int) {
        lines.withLock { $0.pending.removeAll { $0.number <= number } }
    }
}
