import Dispatch
import Synchronization
import Testing

@testable import Threads

@Suite("Threads for long computations and blocking calls", .timeLimit(.minutes(5)))
struct CachedThreadPoolTests {
    private final class Counter: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .relaxed) }
        func increment() { count.add(1, ordering: .relaxed) }
    }

    @Test("Tasks that wait for each other without letting go of their threads all run")
    func side() async {
        let count = 20
        let arrived = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        await withTaskGroup { group in
            for _ in 0..<count {
                group.addTask(executorPreference: CachedThreadPool.shared) {
                    arrived.signal()
                    goOn.wait()
                }
            }
            group.addTask(executorPreference: CachedThreadPool.shared) {
                for _ in 0..<count { arrived.wait() }
                for _ in 0..<count { goOn.signal() }
            }
        }
    }

    @Test("A thread that waits is used again; one that gives up loses no work that comes just then")
    func reuse() async {
        let executor = CachedThreadPool(patience: .milliseconds(1))
        let done = Counter()
        for round in 0..<2000 {
            await Task(executorPreference: executor) { done.increment() }.value
            // Around the moment when the thread gives up.
            if round % 4 != 0 { try? await Task.sleep(for: .microseconds(700 + round % 7 * 100)) }
        }
        #expect(done.value == 2000)
        while executor.idleCount > 0 { try? await Task.sleep(for: .milliseconds(1)) }

        let patient = CachedThreadPool(patience: .seconds(7200))
        for _ in 0..<50 {
            await Task(executorPreference: patient) {}.value
            // The task is over before its thread waits.
            while patient.idleCount == 0 { await Task.yield() }
        }
        #expect(patient.idleCount == 1)
    }
}
