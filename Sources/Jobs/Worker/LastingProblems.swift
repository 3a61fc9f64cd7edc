internal import Logging
internal import Postgres

/// What goes wrong again and again, logged once while it lasts.
struct LastingProblems {
    private let logger: Logger
    private var known: [String: Set<String>] = [:]

    init(_ logger: Logger) { self.logger = logger }

    /// Does a step that is tried again later if it fails.
    ///
    /// That the database is gone, others say.
    mutating func watch(_ message: String, _ step: () async throws -> Void) async {
        do {
            try await step()
            known[message] = nil
        } catch let error as PostgresError where error.isConnectionLoss || error.code == .cancelled {
            logger.debug("\(message)", metadata: ["error": "\(error)"])
        } catch is CancellationError {
        } catch {
            note(["\(error)"], as: message)
        }
    }

    /// Logs those of `problems` that were not there the last time.
    mutating func note(_ problems: [String], as message: String) {
        let found = Set(problems)
        for problem in found.subtracting(known[message] ?? []).sorted() {
            logger.error("\(message)", metadata: ["error": "\(problem)"])
        }
        known[message] = found
    }
}
