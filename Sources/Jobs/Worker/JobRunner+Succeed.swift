internal import Postgres
internal import Synchronization

extension JobRunner {
    /// What a transaction that ends several jobs did for one of them.
    enum SharedEnd: Sendable {
        /// It ended, and `next` took its place.
        case ended(next: RunningJob?)
        /// What there is to say of it comes of ending it alone.
        case refused
    }

    /// Ends the job as succeeded and publishes what it made.
    /// - Returns: the job that took its place, if the transaction claimed one.
    func succeed(with result: JobResult, _ intake: Intake?) async throws -> RunningJob? {
        let lines = running.log.pending
        // Its row is gone when this succeeds, so that it cannot be renewed any more.
        running.isFinishing = true
        var isDone = false
        defer { running.isFinishing = isDone }
        var next: RunningJob?
        if result.publish == nil, lines.isEmpty, let intake, case .ended(let other) = try await endTogether(intake) {
            next = other
        } else {
            next = try await endAlone(result, lines, intake)
        }
        isDone = true
        return next
    }

    /// Ends the job with others that publish nothing either.
    private func endTogether(_ intake: Intake) async throws -> SharedEnd {
        let loop = loop
        let end = await loop.groupCommit.perform(running.job.lease) { leases in
            let allowance = Mutex<Intake.Allowance?>(nil)
            var claimed: [ClaimedJob]?
            defer { allowance.withLock { $0 }.map { intake.settle($0, claimed: claimed) } }
            do {
                let finished = try await intake.isUrgent.cancelling {
                    try await loop.store.finishTogether(leases) { count in
                        // Also while the loop claims: this one is as large as the loop's, not one for each job.
                        let allowed = intake.allow(atMost: count)
                        allowance.withLock { $0 = allowed }
                        return allowed.map(loop.request)
                    }
                }
                claimed = finished.claimed
                let leaseEnds = finished.asked + loop.configuration.lease
                var others = finished.claimed.map { loop.begin($0, leaseEnds: leaseEnds, intake) }[...]
                if !finished.wokenQueues.isEmpty { await loop.upkeepStore.wake(queues: finished.wokenQueues) }
                return leases().map { lease in
                    .success(finished.jobs.contains(lease.job) ? .ended(next: others.popFirst()) : .refused)
                }
            } catch {
                // One of several may be to blame, or the claim.
                let isCutOff = (error as? PostgresError).map { $0.isConnectionLoss || $0.code == .cancelled } ?? false
                return leases().map { _ in isCutOff ? .failure(error) : .success(.refused) }
            }
        }
        return try end.get()
    }

    /// Ends the job in a transaction of its own.
    private func endAlone(_ result: JobResult, _ lines: [JobLog.Line], _ intake: Intake?) async throws -> RunningJob? {
        let (loop, lease) = (loop, running.job.lease)
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
        if !finished.wokenQueues.isEmpty { await loop.upkeepStore.wake(queues: finished.wokenQueues) }
        return next
    }
}
