import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Threads

@Suite("Threads for what computes for long or blocks", .timeLimit(.minutes(5)))
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

    @Test("A task may block until one that it started is done, and until one that only yields is")
    func fromWithin() async {
        let pool = CachedThreadPool()
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: pool) {
                    let isDone = DispatchSemaphore(value: 0)
                    Task(executorPreference: pool) {
                        for _ in 0..<20 { await Task.yield() }
                        isDone.signal()
                    }
                    Self.wait(for: isDone)
                }
            }
        }
    }

    @Test("A thread that waits is used again; one that gives up loses no work that comes just then")
    func reuse() async {
        let pool = CachedThreadPool(patience: .milliseconds(1))
        let done = Counter()
        for round in 0..<2000 {
            await Task(executorPreference: pool) { done.increment() }.value
            // Around the moment when the thread gives up.
            if round % 4 != 0 { try? await Task.sleep(for: .microseconds(700 + round % 7 * 100)) }
        }
        #expect(done.value == 2000)
        while pool.idleCount > 0 { try? await Task.sleep(for: .milliseconds(1)) }

        let patient = CachedThreadPool(patience: .seconds(7200))
        for _ in 0..<50 {
            await Task(executorPreference: patient) {}.value
            // The task is over before its thread waits.
            while patient.idleCount == 0 { await Task.yield() }
        }
        #expect(patient.idleCount == 1)
    }

    @Test("A closure that blocks returns what it says, and goes on if its task is cancelled")
    func run() async throws {
        struct Refused: Error {}
        let pool = CachedThreadPool()
        #expect(try await pool.run { 3 } == 3)
        await #expect(throws: Refused.self) { try await pool.run { throw Refused() } }

        let began = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let task = Task {
            try await pool.run {
                began.signal()
                goOn.wait()
                return 5
            }
        }
        try await pool.run { began.wait() }
        task.cancel()
        goOn.signal()
        #expect(try await task.value == 5)
    }

    private actor Ledger {
        private nonisolated let executor: ThreadPoolSerialExecutor
        private(set) var sum = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(_ pool: CachedThreadPool) { executor = ThreadPoolSerialExecutor(pool: pool) }

        /// Not atomic: two at a time would lose something.
        func add(_ amount: Int) -> pthread_t {
            let before = sum
            sched_yield()
            sum = before + amount
            return pthread_self()
        }

        func block(until semaphore: DispatchSemaphore) { semaphore.wait() }
    }

    @Test("An actor does one thing at a time, whoever calls")
    func serial() async {
        let pool = CachedThreadPool()
        let ledger = Ledger(pool)
        await withTaskGroup { group in
            for index in 0..<200 {
                group.addTask(executorPreference: index.isMultiple(of: 2) ? pool : nil) {
                    for _ in 0..<50 { _ = await ledger.add(1) }
                }
            }
        }
        #expect(await ledger.sum == 10_000)
    }

    @Test("An actor that blocks keeps neither another one nor a task waiting")
    func blockedActor() async {
        let pool = CachedThreadPool()
        let blocked = Ledger(pool)
        let other = Ledger(pool)
        let goOn = DispatchSemaphore(value: 0)
        await withTaskGroup { group in
            group.addTask(executorPreference: pool) { await blocked.block(until: goOn) }
            group.addTask(executorPreference: pool) {
                for _ in 0..<100 { _ = await other.add(1) }
                goOn.signal()
            }
        }
        #expect(await other.sum == 100)
    }

    @Test("A task keeps its thread on the way into an actor of the same threads and out again")
    func keepsThread() async {
        let pool = CachedThreadPool()
        let ledger = Ledger(pool)
        let threads = await Task(executorPreference: pool) {
            var threads: Set = [pthread_self()]
            for _ in 0..<1000 {
                threads.insert(await ledger.add(1))
                threads.insert(pthread_self())
            }
            return threads
        }.value
        #expect(threads.count == 1)
        #expect(!threads.contains(pthread_self()))
    }

    @Test("A task of other threads is served, and goes back to its own")
    func otherPool() async {
        let pool = CachedThreadPool()
        let other = CachedThreadPool()
        let ledger = Ledger(pool)
        let (before, inside, after) = await Task(executorPreference: other) {
            let before = pthread_self()
            let inside = await ledger.add(1)
            return (before, inside, pthread_self())
        }.value
        #expect(inside != before)
        #expect(inside != after)
    }

    @Test("Where no thread may be started, the program ends with a line that says what to do")
    func noMoreThreads() async {
        let result = await #expect(processExitsWith: .exitCode(69), observing: [\.standardErrorContent]) {
            // Root has no limit.
            if geteuid() == 0 { try #require(setuid(65_534) == 0) }
            var limit = rlimit(rlim_cur: 1, rlim_max: 1)
            try #require(setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit) == 0)
            Thread.start(tries: 3) {}
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(message?.contains("error: no thread can be started") == true)
        #expect(message?.contains("ulimit -u") == true)
    }

    /// Not allowed in a task otherwise.
    private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}
