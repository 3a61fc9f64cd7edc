internal import Synchronization

/// Lets one at a time through.
final class Turn: Sendable {
    private let isTaken = Mutex(false)

    /// Waits for its turn, and gives it back after `body`. Throws `CancellationError`, and what `body` throws.
    func take<Result>(_ body: () async throws -> Result) async throws -> Result {
        while !isTaken.withLock({ isTaken in
            defer { isTaken = true }
            return !isTaken
        }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        defer { isTaken.withLock { $0 = false } }
        return try await body()
    }
}
