internal import Foundation
internal import Glibc
internal import Postgres
internal import Synchronization

/// Does faults to the workers, the server and the network of a run.
struct FaultInjector: Sendable {
    let fleet: WorkerFleet
    let server: ChaosServer
    /// The network of whoever submits.
    let submitter: LoopbackProxy
    /// Where some workers keep artifacts; nil where nothing can be mounted.
    let disk: SmallDisk?
    let options: ChaosOptions
    let incidents: Incidents
    private let submitterTurn = Turn()
    let diskTurn = Turn()

    init(
        fleet: WorkerFleet,
        server: ChaosServer,
        submitter: LoopbackProxy,
        disk: SmallDisk?,
        options: ChaosOptions,
        incidents: Incidents
    ) {
        self.fleet = fleet
        self.server = server
        self.submitter = submitter
        self.disk = disk
        self.options = options
        self.incidents = incidents
    }

    /// How long a worker waits for an answer, 40 s, and then some.
    private static let hangPatience: Duration = .seconds(42)
    /// How long a fault waits for its moment.
    static let patience: Duration = .seconds(20)

    /// Does one fault to whomever `random` says, and waits until it is over.
    /// - Returns: whether its moment came.
    func inject(_ fault: Fault, using random: inout SeededRandom) async throws -> Bool {
        let began = Date()
        let injected =
            switch fault {
            case .diskFull: try await fillDisk(using: &random)
            case .serverCrash, .serverKill: try await end(server, by: fault, using: &random)
            case .readOnly: try await makeReadOnly(using: &random)
            case .loseSubmitAnswer: try await cutSubmitter(.cutAfterDelivery)
            case .loseSubmit: try await cutSubmitter(.cutBeforeDelivery)
            default: try await injectIntoWorker(fault, using: &random)
            }
        incidents.note(fault, injected: injected, began: began)
        return injected
    }

    private func injectIntoWorker(_ fault: Fault, using random: inout SeededRandom) async throws -> Bool {
        guard let slot = await reserveSlot(using: &random) else { return false }
        defer { slot.release() }
        guard let worker = slot.process else { return false }
        switch fault {
        case .kill:
            incidents.note(kill: worker.name)
            worker.signal(SIGKILL)
        case .killBeforeFence:
            return await kill(worker, on: slot.proxy, before: .begin, loses: true)
        case .killInsideFinish:
            return await kill(worker, on: slot.proxy, before: .commit, loses: Bool.random(using: &random))
        case .sleep:
            worker.signal(SIGSTOP)
            await pause(options.lease + .seconds(Double.random(in: 0.5...2.5, using: &random)))
            worker.signal(SIGCONT)
        case .sleepBeforeFence:
            return try await sleepBeforeFence(worker, on: slot.proxy)
        case .sleepInsideFinish:
            return await sleepInsideFinish(worker, on: slot.proxy, using: &random)
        case .terminate:
            worker.signal(SIGTERM)
            await expectEnd(of: worker)
        case .terminateInsideFinish:
            let trap = slot.proxy.trap(.commit, .hold)
            guard await spring(trap) else { return false }
            worker.signal(SIGTERM)
            await pause(.milliseconds(Int.random(in: 0...500, using: &random)))
            trap.release()
            await expectEnd(of: worker)
        case .terminateDuringStart:
            worker.signal(SIGKILL)
            guard let next = await successor(of: worker, in: slot) else { return false }
            await pause(.milliseconds(Int.random(in: 0...150, using: &random)))
            next.signal(SIGTERM)
            await expectEnd(of: next)
        case .cut:
            return slot.proxy.cut() > 0
        case .blackHole:
            slot.proxy.openBlackHole()
            await pause(.seconds(Double.random(in: 1...(options.lease / .seconds(1) + 2), using: &random)))
            slot.proxy.closeBlackHole()
            slot.proxy.cut()
        case .hang:
            slot.proxy.openBlackHole()
            await pause(.milliseconds(500))
            // What hangs is never cut: the worker has to notice by itself.
            slot.proxy.closeBlackHole()
            slot.noteHang(for: Self.hangPatience)
        case .clockJump:
            try slot.clock.jump(to: Int.random(in: -3600...3600, using: &random))
        case .loseCommitAnswer:
            return await spring(slot.proxy.trap(.commit, .cutAfterDelivery))
        case .loseCommit:
            return await spring(slot.proxy.trap(.commit, .cutBeforeDelivery))
        case .diskFull, .serverCrash, .serverKill, .readOnly, .loseSubmitAnswer, .loseSubmit:
            return false
        }
        return true
    }

    /// Kills the worker while it waits for the answer to `message`, which the network loses or delivers all the same.
    private func kill(
        _ worker: WorkerProcess,
        on proxy: LoopbackProxy,
        before message: Trap.Message,
        loses: Bool
    ) async -> Bool {
        let trap = proxy.trap(message, .hold)
        guard await spring(trap) else { return false }
        incidents.note(kill: worker.name)
        worker.signal(SIGKILL)
        if loses { proxy.cut() }
        trap.release()
        return true
    }

    /// One at a time: a proxy has one trap.
    func cutSubmitter(_ reaction: Trap.Reaction) async throws -> Bool {
        try await submitterTurn.take { await spring(submitter.trap(.commit, reaction)) }
    }

    /// A zombie: it has a result, sleeps until its job is another's, and then asks the fence.
    private func sleepBeforeFence(_ worker: WorkerProcess, on proxy: LoopbackProxy) async throws -> Bool {
        let trap = proxy.trap(.begin, .hold)
        guard await spring(trap) else { return false }
        worker.signal(SIGSTOP)
        defer {
            worker.signal(SIGCONT)
            trap.release()
        }
        let name = worker.name
        return try await waits(atMost: options.lease + Self.patience) {
            try await server.value(
                Bool.self,
                """
                select not exists (
                    select from coppice.attempts a join coppice.workers w using (worker_id)
                    where w.name = \(name) and a.outcome is null
                )
                """
            )
        }
    }

    /// Holds the job's row and, often, that of the registered model, while it sleeps.
    private func sleepInsideFinish(
        _ worker: WorkerProcess,
        on proxy: LoopbackProxy,
        using random: inout SeededRandom
    ) async -> Bool {
        let trap = proxy.trap(.commit, .hold)
        guard await spring(trap) else { return false }
        worker.signal(SIGSTOP)
        await pause(options.lease + .seconds(Double.random(in: 0.5...3, using: &random)))
        worker.signal(SIGCONT)
        trap.release()
        return true
    }
}

extension FaultInjector {
    private func reserveSlot(using random: inout SeededRandom) async -> WorkerSlot? {
        let order = fleet.slots.shuffled(using: &random)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.patience {
            // One worker is left to see to what the others lost.
            if order.count(where: \.isAble) > 1, let slot = order.first(where: { $0.reserve() }) {
                return slot
            }
            await pause(.milliseconds(20))
        }
        return nil
    }

    /// Waits until the trap has sprung.
    private func spring(_ trap: Trap) async -> Bool {
        let start = ContinuousClock.now
        while !trap.isSprung, ContinuousClock.now - start < Self.patience, !Task.isCancelled {
            await pause(.milliseconds(2))
        }
        return !trap.disarm()
    }

    private func waits(atMost limit: Duration, for condition: () async throws -> Bool) async throws -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if try await condition() { return true }
            await pause(.milliseconds(50))
        }
        return false
    }

    private func successor(of worker: WorkerProcess, in slot: WorkerSlot) async -> WorkerProcess? {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.patience {
            if let next = slot.process, next !== worker { return next }
            await pause(.milliseconds(2))
        }
        return nil
    }

    /// A worker that was asked to stop does: within its grace period, also if its connections hang and it has to notice.
    private func expectEnd(of worker: WorkerProcess) async {
        let start = ContinuousClock.now
        while worker.isRunning {
            guard ContinuousClock.now - start < options.grace + .seconds(90) else {
                incidents.note(misbehaviour: "\(worker.name) did not stop after SIGTERM:\n    \(worker.lastWords)")
                worker.signal(SIGKILL)
                return
            }
            await pause(.milliseconds(20))
        }
    }

    func pause(_ duration: Duration) async {
        try? await Task.sleep(for: duration)
    }
}
