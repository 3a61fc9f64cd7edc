internal import Dispatch

/// Runs `body`, which waits for a disk, on a thread of its own: those of the global queue are on Linux those of all tasks, and
/// where they all wait there is one more in a second.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "coppice.artifacts").async {
            continuation.resume(with: Swift.Result { try body() })
        }
    }
}
