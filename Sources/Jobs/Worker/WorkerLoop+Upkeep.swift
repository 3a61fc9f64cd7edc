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

    /// Rescues lost jobs, promotes due ones, fires schedules, and prepares the history's next partitions.
    func keepUp(_ wake: WakeSignal) async {
        var rounds = 0
        var problems: Set<String> = []
        while !Task.isCancelled {
            // Apart from the rest: jobs are rescued whatever is in the way of a new partition.
            if rounds % 60 == 0 { await prepareHistory() }
            rounds += 1
            do {
                let rescued = try await upkeepStore.rescue(maxLosses: configuration.maxLosses)
                if rescued > 0 {
                    statistics.rescued(rescued)
                    logger.notice("handed back jobs of lost workers", metadata: ["jobs": "\(rescued)"])
                    wake.signal()
                }
                let queues = try await upkeepStore.promoteDueJobs()
                if !queues.isEmpty {
                    wake.signal()
                    await upkeepStore.wake(queues: queues)
                }
                await fireSchedules(wake, problems: &problems)
            } catch {
                logger.debug("upkeep failed; trying again", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: configuration.upkeepInterval.jittered())
        }
    }

    /// - Parameter problems: those that were logged; one that lasts is said once.
    private func fireSchedules(_ wake: WakeSignal, problems: inout Set<String>) async {
        do {
            let fired = try await ScheduleStore(pool: upkeepStore.pool).fireDue()
            for problem in fired.problems where !problems.contains(problem) {
                logger.error("a schedule did not fire", metadata: ["error": "\(problem)"])
            }
            problems = Set(fired.problems)
            guard fired.jobs > 0 else { return }
            statistics.scheduled(fired.jobs)
            logger.info("queued the jobs of schedules", metadata: ["jobs": "\(fired.jobs)"])
            wake.signal()
            await upkeepStore.wake(queues: fired.queues)
        } catch {
            logger.debug("could not fire schedules; trying again", metadata: ["error": "\(error)"])
        }
    }

    private func prepareHistory() async {
        do {
            try await upkeepStore.ensureHistoryPartitions()
        } catch {
            logger.warning("could not prepare the history's next partitions", metadata: ["error": "\(error)"])
        }
    }
}
