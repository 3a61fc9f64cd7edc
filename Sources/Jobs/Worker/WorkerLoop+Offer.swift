internal import Logging

extension WorkerLoop {
    /// Whether a job may be given to this worker while it looks for none. One that is to stop soon takes what it finds.
    func mayOffer(_ intake: Intake) -> Bool {
        offer.isHeard && !configuration.drain && configuration.maxJobs == nil && !intake.isClosed
    }

    /// By the end of one that was taken up late, enough of the lease is left. Longer than from one look to the next, so that
    /// not each of them writes a row; not by much, as a machine that is cut off may be given a job until then.
    var offerLasts: Duration { min(.seconds(15), configuration.lease / 2) }

    /// Claims jobs; where there are none, the worker offers to take one from now on.
    ///
    /// - Parameters:
    ///   - number: of the offer, read before the room for jobs was: one that is given to the worker in between ends it.
    ///   - lasts: how long the offer stands; nil: it ends.
    /// - Returns: what it claimed, or was given meanwhile, and whether to look again at once.
    func claimOrOffer(
        _ request: JobStore.ClaimRequest,
        _ number: Int64,
        lasting lasts: Duration?,
        _ intake: Intake
    ) async throws -> (jobs: [RunningJob], looksAgain: Bool) {
        let asked = ContinuousClock.now
        offer.ask(number, at: asked)
        let claim = try await store.claim(
            request,
            orOffer: WorkerOffer(number: number, channel: offer.channel, running: running.count, lasts: lasts)
        )
        switch claim {
        case .claimed(let jobs):
            if jobs.isEmpty && lasts != nil {
                offer.confirm(number, at: asked)
            } else {
                offer.withdraw(number)
            }
            return (jobs.map { begin($0, leaseEnds: asked + configuration.lease, intake) }, false)
        case .handedOver(let job):
            // Unless the notification was faster.
            let begun = offer.accept(number) { begin(job, leaseEnds: $0 + configuration.lease, intake) }
            return ([begun].compactMap { $0 }, true)
        case .spent:
            offer.skip(number)
            return ([], true)
        }
    }

    /// Ends the offer; also when the worker is to stop at once, for a moment.
    /// - Returns: the job that was given to this worker before.
    func withdrawOffer(_ intake: Intake) async -> RunningJob? {
        guard let number = offer.number(mayBeMade: false) else { return nil }
        let request = JobStore.ClaimRequest(
            worker: worker,
            queues: configuration.queues,
            limit: 0,
            lease: configuration.lease
        )
        let isLate = Latch()
        let clock = Task {
            await intake.isUrgent.wait()
            try await Task.sleep(for: .seconds(1))
            isLate.open()
        }
        defer { clock.cancel() }
        do {
            let last = try await isLate.cancelling {
                try await claimOrOffer(request, number, lasting: nil, intake).jobs
            }
            intake.began(last.count)
            return last.first
        } catch {
            // It ends by itself, and so does the lease of what was given to this worker.
            logger.debug("could not withdraw the offer to take a job", metadata: ["error": "\(error)"])
            offer.abandon()
            return nil
        }
    }
}
