import Synchronization

/// Keeps what would have gone to standard error.
final class Recorder: Sendable {
    private let state = Mutex("")
    var text: String { state.withLock { $0 } }
    func append(_ text: String) { state.withLock { $0 += text } }
}
