/// Wakes the claim loop. Signals that come while nobody waits are kept as one.
struct WakeSignal: Sendable {
    private let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func signal() {
        continuation.yield()
    }

    /// Returns at a signal, after `limit`, or when the task is cancelled. One caller at a time.
    func wait(atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await next() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func next() async {
        var iterator = signals.makeAsyncIterator()
        await iterator.next()
    }
}
