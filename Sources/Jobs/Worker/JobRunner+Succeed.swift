internal import Logging
internal import Postgres
internal import Synchronization

extension JobRunner {
    /// What a transaction that ends several jobs did for one of them.
    enum SharedEnd: Sendable {
        /// It ended, `next` took its place, and what waited for it in these queues can be claimed.
        case ended(next: RunningJob?, wokenQueues: Set<String>)
        /// What there is to say of it comes of ending it alone.
        case refused
    }

    /// Ends the job as succeeded and publishes what it made.
    /// - Returns: the job that took its place, if the transaction claimed one.
    func succeed(with result: JobResult, _ intake: Intake?) async throws -> RunningJob? {
        let lines = running.log.pending
        var isDone = false
        defer { running.isFinishing = isDone }
        var (next, wokenQueues): (RunningJob?, Set<String>)
        if result.publish == nil, lines.isEmpty, let intake,
            case .ended(let other, let queues) = try await endTogether(intake)
        {
            (next, wokenQueues) = (other, queues)
        } else {
            (next, wokenQueues) = try await endAlone(result, lines, intake)
        }
        isDone = true
        if !wokenQueues.isEmpty { await loop.upkeepStore.wake(queues: wokenQueues) }
        return next
    }

    /// Ends the job with others that publish nothing either.
    private func endTogether(_ intake: Intake) async throws -> SharedEnd {
        let loop = loop
        return try await loop.groupCommit.perform(running, until: intake.isUrgent) { jobs in
            let allowance = Mutex<Intake.Allowance?>(nil)
            var claimed: [ClaimedJob]?
            defer { allowance.withLock { $0 }.map { intake.settle($0, claimed: claimed) } }
            do {
                let finished = try await loop.store.finishTogether {
                    let jobs = jobs()
                    // Their rows are gone when this succeeds, so that they cannot be renewed any more. Until now they can.
                    for job in jobs { job.isFinishing = true }
                    return jobs.map(\.job.lease)
                } claiming: { count in
                    // Also while the loop claims: this one is as large as the loop's, not one for each job.
                    let allowed = intake.allow(atMost: count)
                    allowance.withLock { $0 = allowed }
                    return allowed.map(loop.request)
                }
                claimed = finished.claimed
                let leaseEnds = finished.asked + loop.configuration.lease
                var others = finished.claimed.map { loop.begin($0, leaseEnds: leaseEnds, intake) }[...]
                return jobs().map { job in
                    guard finished.leases.contains(job.job.lease) else { return .success(.refused) }
                    return .success(.ended(next: others.popFirst(), wokenQueues: finished.wokenQueues))
                }
            } catch {
                let isCutOff = (error as? PostgresError).map { $0.isConnectionLoss || $0.code == .cancelled } ?? false
                guard !isCutOff else { return jobs().map { _ in .failure(error) } }
                // One of several may be to blame, or the claim. What persists is reported where each is ended alone.
                loop.logger.info("ending jobs one by one", metadata: ["jobs": "\(jobs().count)", "error": "\(error)"])
                return jobs().map { _ in .success(.refused) }
            }
        }.get()
    }

    /// Ends the job in a transaction of its own.
    private func endAlone(
        _ result: JobResult,
        _ lines: [JobLog.Line],
        _ intake: Intake?
    ) async throws -> (next: RunningJob?, wokenQueues: Set<String>) {
        let (loop, lease) = (loop, running.job.lease)
        // Its row is gone when this succeeds, so that it cannot be renewed any more.
        running.isFinishing = true
        let allowance = Mutex<Intake.Allowance?>(nil)
        var claimed: [ClaimedJob]?
        defer { allowance.withLock { $0 }.map { intake?.settle($0, claimed: claimed) } }
        let finished = try await running.isHandedBack.cancelling {
            try await loop.store.finish(
                lease,
                claiming: {
                    let allowed = intake?.allow(atMost: 1, alone: true)
                    allowance.withLock { $0 = allowed }
                    return allowed.map(loop.request)
                },
                publish: { session in
                    try JobStore.append(lines, to: lease, in: session)
                    try result.publish?(session)
                }
            )
        }
        claimed = finished.claimed
        var next: RunningJob?
        if let intake, let job = finished.claimed.first {
            next = loop.begin(job, leaseEnds: finished.asked + loop.configuration.lease, intake)
        }
        return (next, finished.wokenQueues)
    }
}
