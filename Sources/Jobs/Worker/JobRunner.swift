internal import Logging
internal import Postgres

/// Takes one claimed job to the end of its attempt, whatever that is.
struct JobRunner {
    let loop: WorkerLoop
    let running: RunningJob
    private let logger: Logger

    private var job: ClaimedJob { running.job }
    private var store: JobStore { loop.store }

    init(loop: WorkerLoop, running: RunningJob) {
        self.loop = loop
        self.running = running
        var logger = loop.logger
        logger[metadataKey: "job.id"] = "\(running.job.id)"
        logger[metadataKey: "job.attempt"] = "\(running.job.lease.attempt)"
        logger[metadataKey: "run.id"] = "\(running.job.runID)"
        self.logger = logger
    }

    func run() async {
        logger.info("job started", metadata: ["job.kind": "\(job.kind)"])
        let started = ContinuousClock.now
        let end = await attempt()
        let outcome = await settle(end)
        logger.info(
            "job ended",
            metadata: ["outcome": "\(outcome)", "seconds": "\((ContinuousClock.now - started) / .seconds(1))"]
        )
        await store.announceEnd(of: job.id)
    }

    /// Runs the handler until it is done, has failed, or has to stop.
    private func attempt() async -> Result<JobResult, any Error> {
        guard let handler = loop.handlers[job.kind] else {
            return .failure(
                JobFailure.permanent("this worker does not know jobs of kind \(job.kind): run a newer one")
            )
        }
        let context = JobContext(running: running, logger: logger)
        do {
            return .success(
                try await withThrowingTaskGroup(of: JobResult.self) { group in
                    group.addTask { try await handler.run(job, context: context) }
                    group.addTask {
                        for await reason in running.stops { throw reason }
                        // The stream ends only by cancellation.
                        throw CancellationError()
                    }
                    if let timeout = job.timeout {
                        group.addTask {
                            try await Task.sleep(for: timeout)
                            throw StopReason.timedOut(timeout)
                        }
                    }
                    defer { group.cancelAll() }
                    guard let result = try await group.next() else { throw CancellationError() }
                    return result
                }
            )
        } catch {
            return .failure(error)
        }
    }

    /// Records the end of the attempt. While the database cannot be reached it keeps trying, until the lease is gone: by
    /// then another worker may have the job, and nothing may be written any more.
    private func settle(_ end: Result<JobResult, any Error>) async -> String {
        var end = end
        var inDoubt = false
        var backoff = RetryPolicy(base: .milliseconds(100), longest: .seconds(5))
        backoff.longest = min(backoff.longest, loop.configuration.lease / 3)
        var failures = 0
        while true {
            do {
                return try await record(end)
            } catch let error as JobError where error.code == .leaseLost {
                // After a lost connection the commit may have gone through all the same.
                if inDoubt, let outcome = try? await store.outcome(of: job.lease), outcome != .lost {
                    return "\(outcome.rawValue) (its commit was in doubt)"
                }
                logger.warning("the job was taken away; nothing of this attempt was published")
                return AttemptOutcome.lost.rawValue
            } catch let error as PostgresError where error.isConnectionLoss {
                inDoubt = true
                running.isFinishing = false
                logger.warning("lost the database while recording the end of a job", metadata: ["error": "\(error)"])
                let delay = backoff.delay(failures: failures)
                failures += 1
                try? await Task.sleep(for: delay)
                if ContinuousClock.now > running.leaseEnds + loop.configuration.lease {
                    return "lost (no database)"
                }
            } catch {
                // What was to be published was refused, by the artifact store for instance: that is a failure.
                guard case .success = end else {
                    logger.error("could not record the end of the job", metadata: ["error": "\(error)"])
                    return AttemptOutcome.lost.rawValue
                }
                running.isFinishing = false
                end = .failure(error)
            }
        }
    }

    private func record(_ end: Result<JobResult, any Error>) async throws -> String {
        let lines = running.log.pending
        switch end {
        case .success(let result):
            let lease = job.lease
            running.isFinishing = true
            try await store.finish(lease) { session in
                try JobStore.append(lines, to: lease, in: session)
                try result.publish(session)
            }
            return AttemptOutcome.succeeded.rawValue
        case .failure(StopReason.leaseLost):
            return AttemptOutcome.lost.rawValue
        case .failure(StopReason.cancelRequested):
            try await store.append(lines, to: job.lease)
            try await store.acknowledgeCancel(job.lease)
            return AttemptOutcome.cancelled.rawValue
        case .failure(StopReason.handedBack):
            try await store.append(lines, to: job.lease)
            try await store.release(job.lease)
            await store.wake(queues: [job.queue])
            return AttemptOutcome.released.rawValue
        case .failure(let error):
            let (message, isPermanent) = describe(error)
            running.log.append(message, level: .error)
            try await store.append(running.log.pending, to: job.lease)
            let delay = loop.configuration.retryPolicy.delay(failures: job.failures)
            let state = try await store.fail(job.lease, error: message, retryIn: isPermanent ? nil : delay)
            logger.warning("job failed", metadata: ["error": "\(message)", "state": "\(state.rawValue)"])
            return state.rawValue
        }
    }

    private func describe(_ error: any Error) -> (message: String, isPermanent: Bool) {
        switch error {
        case let failure as JobFailure: (failure.message, failure.isPermanent)
        case StopReason.timedOut(let limit): ("it ran longer than its timeout of \(limit / .seconds(1)) s", false)
        default: ("\(error)", false)
        }
    }
}
