internal import Dispatch

/// Runs blocking work on a thread that is not one of Swift's pool.
enum Blocking {
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "coppice.local-postgres").async {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
