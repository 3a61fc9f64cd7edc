internal import Logging
internal import Postgres
internal import Threads

/// Takes one claimed job to the end of its attempt, whatever that is.
struct JobRunner {
    let loop: WorkerLoop
    let running: RunningJob
    /// Whether the transaction that ends it is to claim another job; nil: not at all.
    private let intake: Intake?
    private let logger: Logger

    private var job: ClaimedJob { running.job }
    private var store: JobStore { loop.store }
    /// For short statements: a connection that hangs is given up after a lease, and a worker that is asked to stop stops.
    private var quick: JobStore { loop.upkeepStore }

    init(loop: WorkerLoop, running: RunningJob, intake: Intake? = nil) {
        self.loop = loop
        self.running = running
        self.intake = intake
        var logger = loop.logger
        logger[metadataKey: "job.id"] = "\(running.job.id)"
        logger[metadataKey: "job.attempt"] = "\(running.job.lease.attempt)"
        logger[metadataKey: "run.id"] = "\(running.job.runID)"
        self.logger = logger
    }

    /// - Returns: the job that took its place, if the transaction that ended it claimed one.
    @discardableResult
    func run() async -> RunningJob? {
        logger.info("job started", metadata: ["job.kind": "\(job.kind)"])
        let started = ContinuousClock.now
        let end = await attempt()
        let (outcome, next) = await settle(end)
        loop.statistics.ended(job.kind, Self.outcome(outcome), after: ContinuousClock.now - started)
        logger.info(
            "job ended",
            metadata: ["outcome": "\(outcome)", "seconds": "\((ContinuousClock.now - started) / .seconds(1))"]
        )
        loop.ended.insert(job.id)
        return next
    }

    /// The outcome in what `settle` says: a failure that is tried again is one, too.
    private static func outcome(_ text: String) -> AttemptOutcome {
        AttemptOutcome(rawValue: String(text.prefix { $0 != " " })) ?? .failed
    }

    /// Runs the handler until it is done, has failed, or has to stop.
    private func attempt() async -> Result<JobResult, any Error> {
        guard let handler = loop.handlers[job.kind] else {
            return .failure(
                JobFailure.permanent("this worker does not know jobs of kind \(job.kind): run a newer one")
            )
        }
        // What has not begun goes back: a short job could be over before it heard of it.
        if running.isHandedBack.isOpen { return .failure(StopReason.handedBack) }
        let context = JobContext(running: running, logger: logger)
        // Reading, predicting and measuring may take long, too; heartbeats need the other threads.
        let work = Task(executorPreference: CachedThreadPool.shared) { () -> Result<JobResult, any Error> in
            let end: Result<JobResult, any Error>
            do { end = .success(try await handler.run(job, context: context)) } catch { end = .failure(error) }
            return running.handlerIsDone().map { .failure($0) } ?? end
        }
        running.handlerBegins { work.cancel() }
        let clock = job.timeout.map { timeout in
            Task {
                try await Task.sleep(for: timeout)
                running.stop(.timedOut(timeout))
            }
        }
        defer { clock?.cancel() }
        return await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
    }

    /// Records the end of the attempt.
    ///
    /// Tries again while the database cannot be reached, until the lease is long gone: by then another worker may have
    /// the job. What is in the way of a statement is given a few chances only, then publishing has failed: a full disk
    /// stays full as long as heartbeats go through, and the job would hold its place for good.
    private func settle(_ end: Result<JobResult, any Error>) async -> (outcome: String, next: RunningJob?) {
        var end = end
        var intake = intake
        if case .failure(let error) = end { logEnd(error) }
        var inDoubt = false
        var (tries, refusals) = (0, 0)
        while true {
            do {
                return try await record(end, intake: intake)
            } catch let error as JobStore.ClaimRefused {
                // The job that ends is not to blame; whoever claims next will meet the same error.
                logger.warning("could not claim a job; trying again", metadata: ["error": "\(error.reason)"])
                intake = nil
            } catch let error as JobError where error.code == .leaseLost {
                // After a lost connection the commit may have gone through all the same.
                if inDoubt, let outcome = await outcomeInDoubt(), outcome != .lost {
                    return ("\(outcome.rawValue) (its commit was in doubt)", nil)
                }
                logger.warning("the job was taken away; nothing of this attempt was published")
                return (AttemptOutcome.lost.rawValue, nil)
            } catch let error as JobError where error.code == .cancelRequested {
                end = .failure(StopReason.cancelRequested)
            } catch _ where running.isHandedBack.isOpen && end.isSuccess {
                // The transaction was cut off; whether before or after its commit shows when the job is handed back.
                inDoubt = true
                end = .failure(StopReason.handedBack)
            } catch let error as PostgresError
                where error.isConnectionLoss || error.isPassingRefusal && refusals < Self.refusalLimit
            {
                if error.isConnectionLoss { inDoubt = true } else { refusals += 1 }
                if error.isConnectionLoss && running.isHandedBack.isOpen {
                    logger.warning("could not hand back a job; its lease will run out", metadata: ["error": "\(error)"])
                    return (AttemptOutcome.lost.rawValue, nil)
                }
                logger.warning("could not record the end of a job; trying again", metadata: ["error": "\(error)"])
                guard ContinuousClock.now < running.leaseEnds + loop.configuration.lease else {
                    return (AttemptOutcome.lost.rawValue, nil)
                }
                try? await Task.sleep(for: Self.backoff.delay(failures: tries))
                tries += 1
            } catch {
                // What was to be published was refused, by the artifact store for instance: that is a failure.
                guard case .success = end else {
                    logger.error("could not record the end of the job", metadata: ["error": "\(error)"])
                    return (AttemptOutcome.lost.rawValue, nil)
                }
                logEnd(error)
                end = .failure(error)
                (tries, refusals) = (0, 0)
            }
        }
    }

    /// What became of a commit whose answer did not come. Asks until it gets an answer, for as long as a lease.
    private func outcomeInDoubt() async -> AttemptOutcome? {
        let deadline = ContinuousClock.now + loop.configuration.lease
        for tries in 0... {
            do {
                return try await store.outcome(of: job.lease)
            } catch {
                logger.warning("could not read the outcome of a commit; trying again", metadata: ["error": "\(error)"])
            }
            guard ContinuousClock.now < deadline else { break }
            try? await Task.sleep(for: Self.backoff.delay(failures: tries))
        }
        return nil
    }

    /// The last line of the log of an attempt that failed.
    private func logEnd(_ error: any Error) {
        switch error {
        case StopReason.leaseLost, StopReason.cancelRequested, StopReason.handedBack: break
        default: running.log.append(failure(error).message, level: .error)
        }
    }

    private static let backoff = RetryPolicy(base: .milliseconds(100), longest: .seconds(5))
    /// How often the server may refuse to record an end before that counts as a failure to publish.
    private static let refusalLimit = 5

    private func record(
        _ end: Result<JobResult, any Error>,
        intake: Intake?
    ) async throws -> (outcome: String, next: RunningJob?) {
        switch end {
        case .success(let result): (AttemptOutcome.succeeded.rawValue, try await succeed(with: result, intake))
        case .failure(let error): (try await record(error), nil)
        }
    }

    /// Records an end that is not a success.
    private func record(_ error: any Error) async throws -> String {
        let lines = running.log.pending
        switch error {
        case StopReason.leaseLost:
            return AttemptOutcome.lost.rawValue
        case StopReason.cancelRequested:
            try await quick.append(lines, to: job.lease)
            try await quick.acknowledgeCancel(job.lease)
            return AttemptOutcome.cancelled.rawValue
        case StopReason.handedBack:
            try await quick.append(lines, to: job.lease)
            try await quick.release(job.lease)
            await quick.wake(queues: [job.queue])
            return AttemptOutcome.released.rawValue
        case let error as PostgresError where error.isConnectionLoss:
            // The job is not to blame, and its attempts are not used up by a database that restarts.
            try await quick.append(lines, to: job.lease)
            let state = try await quick.lose(
                job.lease,
                reason: failure(error).message,
                retryIn: loop.configuration.retryPolicy.delay(failures: 0),
                maxLosses: loop.configuration.maxLosses
            )
            logger.warning("job lost the database", metadata: ["error": "\(error)", "state": "\(state.rawValue)"])
            return AttemptOutcome.lost.rawValue
        default:
            let failure = failure(error)
            try await quick.append(lines, to: job.lease)
            let delay = loop.configuration.retryPolicy.delay(failures: job.failures)
            let state = try await quick.fail(
                job.lease,
                error: failure.message,
                retryIn: failure.isPermanent ? nil : delay
            )
            logger.warning("job failed", metadata: ["error": "\(failure.message)", "state": "\(state.rawValue)"])
            return state.rawValue
        }
    }

    /// An error as the reason that is recorded and shown.
    private func failure(_ error: any Error) -> JobFailure {
        switch error {
        case let failure as JobFailure: failure.printable
        case StopReason.timedOut(let limit):
            .transient("it ran longer than its timeout of \(limit / .seconds(1)) s")
        default: JobFailure.transient("\(error)").printable
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

extension JobFailure {
    /// What PostgreSQL can hold and a person wants to read: no NUL, and not a whole file.
    fileprivate var printable: JobFailure {
        JobFailure(message: String(message.replacing("\0", with: "").prefix(10_000)), isPermanent: isPermanent)
    }
}

extension PostgresError {
    /// Whether the server may accept the same transaction a moment later: it was in another one's way, or the server
    /// was short of something.
    fileprivate var isPassingRefusal: Bool {
        isTransactionConflict || sqlState == .lockNotAvailable || sqlState?.stateClass == "53"
    }
}
