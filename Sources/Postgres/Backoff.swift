internal import Logging

/// Repeats connection attempts with growing pauses.
enum Backoff {
    /// The pause after the `attempt`-th failure: doubling from 50 ms to 5 s, of which a random half is left out, so
    /// that many clients do not come back at once.
    static func pause(after attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let full = min(0.05 * Double(1 << min(attempt, 10)), 5)
        return .seconds(full * Double.random(in: 0.5...1, using: &random))
    }

    static func pause(after attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return pause(after: attempt, using: &random)
    }

    /// Runs `attempt` until it succeeds, fails for good, or `limit` is over.
    static func connecting(
        for limit: Duration,
        logger: Logger?,
        isolation: isolated (any Actor)? = #isolation,
        _ attempt: () throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        var failures = 0
        while true {
            do {
                if Task.isCancelled { throw PostgresError.taskCancelled }
                return try attempt()
            } catch let error as PostgresError where error.isWorthReconnecting {
                let pause = pause(after: failures)
                guard ContinuousClock.now - start + pause < limit else { throw error }
                failures += 1
                logger?.info("Waiting for PostgreSQL", metadata: ["error": "\(error)", "attempt": "\(failures)"])
                do { try await Task.sleep(for: pause) } catch { throw PostgresError.taskCancelled }
            }
        }
    }
}
