internal import Dispatch
internal import Foundation
internal import Jobs

/// SIGTERM and SIGINT as requests to stop: the first is graceful, every later one is immediate.
enum ShutdownSignals {
    static func stream() -> AsyncStream<ShutdownRequest> {
        AsyncStream { continuation in
            let queue = DispatchQueue(label: "coppice.shutdown-signals")
            // Touched on `queue` only.
            nonisolated(unsafe) var count = 0
            nonisolated(unsafe) let sources = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler {
                    count += 1
                    continuation.yield(count == 1 ? .graceful : .immediate)
                }
                source.activate()
                return source
            }
            continuation.onTermination = { _ in sources.forEach { $0.cancel() } }
        }
    }
}
