public import Foundation
internal import Glibc
internal import Jobs
internal import Postgres
internal import Synchronization

/// A run: a server of its own, workers, jobs, faults; then the checks.
public final class ChaosRun: Sendable {
    private let options: ChaosOptions
    private let server: ChaosServer
    private let submitter: LoopbackProxy
    private let disk: SmallDisk?
    private let fleet: WorkerFleet
    private let logs: URL
    private let ledger = Ledger()
    private let incidents = Incidents()
    private let finished = Mutex(0)

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - home: a directory that the caller removes; it is made if it is missing.
    ///   - worker: the worker's executable.
    public init(_ options: ChaosOptions, server: ChaosServer, home: URL, worker: URL) throws {
        self.options = options
        self.server = server
        logs = home.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        disk = try SmallDisk(at: home.appending(path: "disk"), megabytes: 24)
        submitter = try LoopbackProxy(to: server.socketPath)
        fleet = try WorkerFleet(
            count: options.workers,
            settings: WorkerFleet.Settings(
                program: worker,
                serverSocket: server.socketPath,
                arguments: [
                    "--lease", "\(options.lease / .seconds(1))s", "--grace", "\(options.grace / .seconds(1))s",
                    "--threads", "1",
                ],
                clockLibrary: try ShiftedClock.makeLibrary(in: home),
                disk: disk,
                logs: logs
            )
        )
    }

    /// Runs it, and tells now and then how far it is.
    public func run(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws -> ChaosReport {
        let start = ContinuousClock.now
        if options.isFenceOff { try await FenceSwitch.turnOff(on: server) }
        var random = SeededRandom(seed: options.seed)
        let (jobRandom, faultRandom) = (random.split(), random.split())
        // Whatever goes wrong here, no worker outlives the run.
        defer { fleet.stop(with: SIGKILL) }
        if disk == nil { progress("mounting a small disk is not permitted here: no disk will be full") }
        let plan = Fault.plan(options.faults, of: possibleKinds, using: &random)
        try await withThrowingTaskGroup { group in
            group.addTask { [fleet] in
                try await fleet.run()
                return Part.fleet
            }
            group.addTask {
                try await self.watch(progress)
                return Part.watch
            }
            group.addTask {
                try await self.trainBase()
                try await withThrowingTaskGroup { work in
                    work.addTask { try await self.submit(using: jobRandom, during: Set(plan)) }
                    work.addTask { try await self.inject(plan, using: faultRandom) }
                    work.addTask { try await self.schedule() }
                    try await work.waitForAll()
                }
                try await self.drain()
                return Part.work
            }
            // An error of any part ends all.
            while let part = try await group.next() {
                if part == .work { fleet.stop() }
                if part == .fleet { break }
            }
            group.cancelAll()
        }
        return try await report(seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// What goes on side by side. The fleet ends once it was stopped and all workers have; the watch never does.
    private enum Part { case fleet, watch, work }

    private var possibleKinds: [Fault] {
        options.kinds.filter { $0 != .diskFull || disk != nil }
    }

    /// The model that predictions use.
    private func trainBase() async throws {
        let order = try JobMix.base()
        ledger.enter([order.entry])
        let pool = PostgresPool(server.configuration, size: 1)
        _ = try await JobStore(pool: pool).submit([order.job])
        ledger.acknowledge([order.entry.token])
        await pool.close()
        while finished.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Submits the jobs, and some more while a kind of fault waits for its moment that has not come once.
    private func submit(using random: SeededRandom, during faults: Set<Fault>) async throws {
        var configuration = server.configuration
        configuration["host"] = "127.0.0.1"
        configuration["port"] = String(submitter.port)
        configuration["sslmode"] = "disable"
        configuration["gssencmode"] = "disable"
        configuration.connectRetryLimit = .seconds(30)
        let pool = PostgresPool(configuration, size: 2)
        try await Submitter(pool: pool, ledger: ledger, count: options.jobs, backlog: 2 * options.workers + 10)
            .run(
                using: random,
                finished: { self.finished.withLock { $0 } },
                goesOn: { !self.isOver && !faults.isSubset(of: self.incidents.record.injected.keys) }
            )
        await pool.close()
    }

    /// Whether what has not happened by now may be left.
    private var isOver: Bool { finished.withLock { $0 } >= 3 * options.jobs }

    private func schedule() async throws {
        let pool = PostgresPool(server.configuration, size: 1)
        let count = max(3, options.jobs / 50)
        try await Timetable(pool: pool, count: count, jobs: options.jobs * 8 / 10)
            .run { self.finished.withLock { $0 } }
        await pool.close()
    }

    /// Spreads the faults over the run: each comes when its share of the jobs is done.
    private func inject(_ plan: [Fault], using random: SeededRandom) async throws {
        var random = random
        let injector = FaultInjector(
            fleet: fleet,
            server: server,
            submitter: submitter,
            disk: disk,
            options: options,
            incidents: incidents
        )
        try await withThrowingTaskGroup { group in
            for (number, fault) in plan.enumerated() {
                let due = options.jobs * 8 / 10 * number / max(plan.count, 1)
                let ownRandom = random.split()
                while finished.withLock({ $0 }) < due { try await Task.sleep(for: .milliseconds(20)) }
                group.addTask { try await self.inject(fault, with: injector, using: ownRandom) }
            }
            try await group.waitForAll()
        }
    }

    /// A kind of fault that waited in vain tries again while there are jobs, until it has happened once.
    private func inject(_ fault: Fault, with injector: FaultInjector, using random: SeededRandom) async throws {
        var random = random
        while try await !injector.inject(fault, using: &random) {
            if isOver || incidents.record.injected[fault] != nil || Task.isCancelled { return }
        }
    }

    /// Waits until nothing is left to do, or nothing moves any more: then the invariants tell what is left.
    private func drain() async throws {
        var last = (count: 0, at: ContinuousClock.now)
        while try await server.value(
            Bool.self,
            """
            select exists (select from coppice.jobs)
                or exists (select from coppice.schedules where next_tick <= clock_timestamp())
            """
        ) {
            let count = finished.withLock { $0 }
            if count != last.count { last = (count, .now) }
            guard ContinuousClock.now - last.at < options.patience else {
                incidents.note(misbehaviour: "no job ended for \(options.patience / .seconds(1)) s")
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func watch(_ progress: @Sendable (String) -> Void) async throws {
        var told = ContinuousClock.now
        while !Task.isCancelled {
            let count = try await server.value(Int.self, "select count(*) from coppice.finished_jobs")
            finished.withLock { $0 = count }
            if ContinuousClock.now - told > .seconds(10) {
                told = .now
                let faults = incidents.record.injected.values.reduce(0, +)
                progress("\(count) jobs have ended, \(faults) faults are over")
            }
            // Cancelled at the end, which is no error.
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension ChaosRun {
    private func report(seconds: Double) async throws -> ChaosReport {
        let logs = try WorkerLogs(folder: logs)
        let record = incidents.record
        let endings = fleet.endings.filter { ![0, 69, 128 + SIGKILL, 128 + SIGTERM].contains($0.key) }
            .map { "\($0.value) workers ended with status \($0.key)" }
        disk?.openToServer()
        return try await server.observe { [ledger, options, possibleKinds] session in
            try session.executeScript(unsafeRaw: "drop schema if exists chaos cascade")
            try ledger.store(in: session)
            let attempts = try Self.counts(
                "select outcome::text, count(*) from coppice.attempts group by 1",
                in: session
            )
            return ChaosReport(
                options: options,
                possibleKinds: possibleKinds,
                seconds: seconds,
                jobs: try Self.counts("select state::text, count(*) from coppice.job_history group by 1", in: session),
                acknowledged: ledger.acknowledgedCount,
                attempts: attempts,
                injected: record.injected,
                missed: record.missed,
                evidence: ChaosReport.Evidence(
                    lostAttempts: attempts["lost", default: 0],
                    refusedZombies: logs.refusals,
                    commitsInDoubt: logs.commitsInDoubt,
                    // Their attempt began at the moment of their submission.
                    handedOver: try session.execute(
                        """
                        select count(*)
                        from coppice.attempts a join coppice.job_history j using (job_id)
                        where a.attempt = 1 and a.started_at = j.submitted_at
                        """
                    )[0].int(0)
                ),
                recovery: try Recovery(record, in: session),
                findings: try Invariant.all.map { try $0.check(in: session) },
                misbehaviour: record.misbehaviour + logs.crashes + endings,
                complaints: logs.complaints
            )
        }
    }

    private static func counts(_ query: SQL, in session: borrowing Session) throws -> [String: Int] {
        try session.execute(query).map { row in (try row.stringOrNil(0) ?? "open", try row.int(1)) }
            .reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
}
