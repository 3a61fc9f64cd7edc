internal import Logging

extension WorkerLoop {
    /// Whether a job may be given to this worker while it looks for none. One that is to stop soon takes what it finds.
    func mayOffer(_ intake: Intake) -> Bool {
        offer.isHeard && !configuration.drain && configuration.maxJobs == nil && !intake.isClosed
    }

    /// It is made anew with each look. By the end of one that was given away late, enough of the lease is left.
    var offerLasts: Duration { min(configuration.pollInterval * 3, configuration.lease / 2) }

    /// Claims jobs; where there are none, the worker offers to take one from now on.
    /// - Parameter lasts: how long the offer stands; nil: it ends.
    /// - Returns: what it claimed, or was given meanwhile.
    func claimOrOffer(
        _ request: JobStore.ClaimRequest,
        lasting lasts: Duration?,
        _ intake: Intake
    ) async throws -> [RunningJob] {
        let asked = ContinuousClock.now
        let number = offer.asks(at: asked)
        let (claimed, isHandedOver) = try await store.claim(
            request,
            orOffer: WorkerOffer(number: number, channel: offer.channel, running: running.count, lasts: lasts)
        )
        if isHandedOver {
            // Unless the notification was faster.
            return claimed.compactMap { job in
                offer.accept(number) { begin(job, leaseEnds: $0 + configuration.lease, intake) }
            }
        }
        if claimed.isEmpty && lasts != nil {
            offer.stands(number, since: asked)
        } else {
            offer.isWithdrawn(number)
        }
        return claimed.map { begin($0, leaseEnds: asked + configuration.lease, intake) }
    }

    /// Ends the offer.
    /// - Returns: the job that was given to this worker before.
    func withdrawOffer(_ intake: Intake) async -> RunningJob? {
        let request = JobStore.ClaimRequest(
            worker: worker,
            queues: configuration.queues,
            limit: 0,
            lease: configuration.lease
        )
        do {
            let last = try await intake.isUrgent.cancelling {
                try await claimOrOffer(request, lasting: nil, intake)
            }
            intake.began(last.count)
            return last.first
        } catch {
            // It ends by itself, and so does the lease of what was given to this worker.
            logger.debug("could not withdraw the offer to take a job", metadata: ["error": "\(error)"])
            offer.isLeftBehind()
            return nil
        }
    }
}
