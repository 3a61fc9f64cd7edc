internal import Dispatch

/// Runs `body`, which waits for a disk, on a thread of its own: where the threads of a shared queue all wait, it gets one
/// more in a second.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "coppice.artifacts").async {
            continuation.resume(with: Swift.Result { try body() })
        }
    }
}
