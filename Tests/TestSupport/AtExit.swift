internal import Dispatch
internal import Postgres
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What to clean up when the process of the tests ends.
enum AtExit {
    private static let tasks = Mutex<[@Sendable () async -> Void]>([])
    private static let registration: Void = {
        atexit {
            let tasks = AtExit.tasks.withLock { $0 }
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                for task in tasks { await task() }
                done.signal()
            }
            // What takes longer is left to the next run.
            _ = done.wait(timeout: .now() + 10)
        }
    }()

    /// Removes the directory, and the servers that run in it.
    static func remove(_ home: TemporaryHome) {
        add { TemporaryHome.remove(home.path) }
    }

    static func dropDatabase(_ name: String, _ configuration: PostgresConfiguration) {
        add {
            let connection = PostgresConnection(configuration)
            _ = try? await connection.execute("drop database if exists \(identifier: name) with (force)")
        }
    }

    private static func add(_ task: @escaping @Sendable () async -> Void) {
        _ = registration
        tasks.withLock { $0.append(task) }
    }
}
