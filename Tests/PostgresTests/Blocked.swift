import Dispatch
import Synchronization

/// Waits for asynchronous work inside a synchronous closure. Only for a connection's own thread, never the pool's.
enum Blocked {
    @discardableResult
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let shared = Shared(outcome: outcome)
        Task {
            do {
                let value = try await work()
                shared.outcome.withLock { $0 = .success(value) }
            } catch {
                shared.outcome.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        return try shared.outcome.withLock { $0! }.get()
    }

    private final class Shared<Value: Sendable>: Sendable {
        let outcome: Mutex<Result<Value, any Error>?>

        init(outcome: consuming Mutex<Result<Value, any Error>?>) { self.outcome = outcome }
    }
}
