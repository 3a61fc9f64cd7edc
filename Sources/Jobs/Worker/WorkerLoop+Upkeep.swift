internal import Logging

extension WorkerLoop {
    /// Renews the leases of running jobs, three times a lease or when a signal comes, and carries back what the database
    /// says of them.
    func keepLeases(_ heartbeat: WakeSignal) async {
        while !Task.isCancelled {
            await renewLeases()
            await heartbeat.wait(atMost: configuration.renewalInterval)
        }
    }

    private func renewLeases() async {
        let held = running.all.filter { !$0.isFinishing }
        let asked = ContinuousClock.now
        do {
            let renewed = try await upkeepStore.renew(
                held.map { JobStore.Renewal(lease: $0.job.lease, progress: $0.progress) },
                for: worker,
                lease: configuration.lease
            )
            for running in held {
                switch renewed[running.job.lease] {
                case .held: running.leaseRenewed(until: asked + configuration.lease)
                case .cancelRequested:
                    running.leaseRenewed(until: asked + configuration.lease)
                    running.stop(.cancelRequested)
                // Missing while it finishes: its row is gone because it succeeded.
                case nil: if !running.isFinishing { running.stop(.leaseLost) }
                }
                await storeLog(of: running)
            }
        } catch {
            logger.warning("could not renew leases; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Stops jobs whose lease ran out by this machine's clock, also while a renewal hangs: another worker may have them.
    func watchLeases() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.renewalInterval)
            for running in running.all where !running.isFinishing && running.leaseEnds < .now {
                running.stop(.leaseLost)
            }
        }
    }

    private func storeLog(of running: RunningJob) async {
        let lines = running.log.pending
        guard let last = lines.last else { return }
        do {
            try await upkeepStore.append(lines, to: running.job.lease)
            running.log.stored(upTo: last.number)
        } catch {
            logger.debug("could not store log lines; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Rescues lost jobs, promotes due ones, fires schedules, and prepares the history's next partitions: each whatever is
    /// in the way of the others.
    func keepUp(_ wake: WakeSignal) async {
        var rounds = 0
        var problems = LastingProblems(logger)
        var refusedTicks: [String] = []
        while !Task.isCancelled {
            if rounds % 60 == 0 {
                await problems.watch("could not prepare the history's next partitions; trying again") {
                    try await upkeepStore.ensureHistoryPartitions()
                }
            }
            rounds += 1
            await problems.watch("could not rescue lost jobs; trying again") { try await rescue(wake) }
            await problems.watch("could not queue the jobs that are due; trying again") { try await promote(wake) }
            await problems.watch("could not fire schedules; trying again") {
                refusedTicks = try await fireSchedules(wake)
            }
            problems.note(refusedTicks, as: "a schedule did not fire")
            try? await Task.sleep(for: configuration.upkeepInterval.jittered())
        }
    }

    private func rescue(_ wake: WakeSignal) async throws {
        let rescued = try await upkeepStore.rescue(maxLosses: configuration.maxLosses)
        guard rescued > 0 else { return }
        statistics.rescued(rescued)
        logger.notice("handed back jobs of lost workers", metadata: ["jobs": "\(rescued)"])
        wake.signal()
    }

    private func promote(_ wake: WakeSignal) async throws {
        let queues = try await upkeepStore.promoteDueJobs()
        guard !queues.isEmpty else { return }
        wake.signal()
        await upkeepStore.wake(queues: queues)
    }

    /// Returns what is wrong with those that did not fire.
    private func fireSchedules(_ wake: WakeSignal) async throws -> [String] {
        let fired = try await ScheduleStore(pool: upkeepStore.pool).fireDue()
        guard fired.jobs > 0 else { return fired.problems }
        statistics.scheduled(fired.jobs)
        logger.info("queued the jobs of schedules", metadata: ["jobs": "\(fired.jobs)"])
        wake.signal()
        await upkeepStore.wake(queues: fired.queues)
        return fired.problems
    }
}
