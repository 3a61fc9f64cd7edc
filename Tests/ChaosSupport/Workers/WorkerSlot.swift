internal import Foundation
internal import Glibc
internal import Synchronization

/// A place for a worker, with a network of its own: when the worker ends, another one takes its place.
final class WorkerSlot: Sendable {
    private struct State {
        var process: WorkerProcess?
        var generation = 0
        var isStopping = false
        /// How often workers ended with each status.
        var endings: [Int32: Int] = [:]
        var isFaulty = false
        /// Until when the worker may not have noticed that its connections hang.
        var hangsUntil = ContinuousClock.now
    }

    let index: Int
    let proxy: LoopbackProxy
    let clock: ShiftedClock
    private let settings: WorkerFleet.Settings
    private let state = Mutex(State())

    init(_ index: Int, settings: WorkerFleet.Settings) throws {
        self.index = index
        self.settings = settings
        proxy = try LoopbackProxy(to: settings.serverSocket)
        // A third is an hour ahead, a third an hour behind.
        clock = try ShiftedClock(
            aheadBy: [0, 3600, -3600][index % 3],
            library: settings.clockLibrary,
            file: settings.logs.appending(path: "clock-\(index)")
        )
    }

    /// The worker that runs at the moment.
    var process: WorkerProcess? { state.withLock { $0.process } }

    var endings: [Int32: Int] { state.withLock { $0.endings } }

    /// Whether the worker can see to what others lost.
    var isAble: Bool { state.withLock { !$0.isFaulty && $0.hangsUntil < .now } }

    func noteHang(for duration: Duration) {
        state.withLock { $0.hangsUntil = .now + duration }
    }

    /// Takes the slot for a fault; `false` if it has one.
    func reserve() -> Bool {
        state.withLock { state in
            guard !state.isFaulty, state.process?.isRunning == true else { return false }
            state.isFaulty = true
            return true
        }
    }

    func release() {
        state.withLock { $0.isFaulty = false }
    }

    /// Starts workers, one after the other, until `stop()`.
    func keepOccupied() async throws {
        while let process = try start() {
            let status = await process.exitStatus()
            let isOver = state.withLock { state in
                state.endings[status, default: 0] += 1
                return state.isStopping
            }
            if isOver || Task.isCancelled { return }
            // As a supervisor does: one that cannot reach the database must not start all the time.
            try? await Task.sleep(for: .milliseconds(status == 69 ? 500 : 50))
        }
    }

    private func start() throws -> WorkerProcess? {
        let generation = state.withLock { state -> Int? in
            guard !state.isStopping else { return nil }
            state.generation += 1
            return state.generation
        }
        guard let generation else { return nil }
        let name = "chaos-\(index)-\(generation)"
        let process = try WorkerProcess(
            settings.program,
            name: name,
            arguments: settings.arguments + ["--concurrency", String(1 + index % 2)],
            environment: environment,
            log: settings.logs.appending(path: name + ".log")
        )
        let isLate = state.withLock { state in
            state.process = process
            state.hangsUntil = .now
            return state.isStopping
        }
        if isLate { process.signal(SIGTERM) }
        return process
    }

    private var environment: [String: String] {
        var result = clock.environment
        result["DATABASE_URL"] = settings.url(port: proxy.port)
        if let disk = settings.disk, index % 4 == 1 {
            result["COPPICE_ARTIFACT_ROOT"] = "file://\(disk.path)/artifacts"
        }
        return result
    }

    /// Asks the worker to end, and lets nobody take its place.
    func stop(with signal: Int32 = SIGTERM) {
        let process = state.withLock { state in
            state.isStopping = true
            return state.process
        }
        // One that sleeps would not hear it.
        process?.signal(SIGCONT)
        process?.signal(signal)
    }
}
