internal import Logging
public import Postgres

extension WorkerLoop {
    /// What the database tells a worker.
    public enum WakeUp: Sendable {
        /// There may be something to claim.
        case jobs
        /// This job is to be cancelled, if it runs here.
        case cancellation(Job.ID)
        /// This job was given to the worker.
        case handedOver(HandedOverJob)
        /// From now on notifications should come through.
        case listening
        /// What was said to this worker alone came through.
        case heard
        /// Nothing comes through for the time being.
        case disconnected
    }

    /// What the database tells this worker, on a connection of its own.
    public func wakeUps(
        _ configuration: PostgresConfiguration
    ) -> some AsyncSequence<WakeUp, Never> & Sendable {
        let queues = Set(self.configuration.queues)
        let own = offer.channel
        return NotificationListener(
            configuration,
            channels: [JobStore.wakeChannel, JobStore.cancelChannel, own],
            presenceLock: JobStore.hearingLock(of: worker),
            logger: logger
        )
        .compactMap { [worker] event -> WakeUp? in
            switch event {
            case .listening: return .listening
            case .disconnected: return .disconnected
            case .notification(let notification):
                let payload = notification.payload
                switch notification.channel {
                case own: return payload.isEmpty ? .heard : HandedOverJob(payload, for: worker).map { .handedOver($0) }
                case JobStore.cancelChannel: return Int64(payload).map { .cancellation(Job.ID(rawValue: $0)) }
                default: return queues.contains(payload) ? .jobs : nil
                }
            }
        }
    }

    /// Does what the database tells.
    func listen(
        to wakeUps: some AsyncSequence<WakeUp, Never>,
        heartbeat: WakeSignal,
        intake: Intake,
        wake: WakeSignal
    ) async {
        await withDiscardingTaskGroup { tasks in
            for await wakeUp in wakeUps {
                switch wakeUp {
                case .jobs: wake.signal()
                case .cancellation(let job): if running.contains(job) { heartbeat.signal() }
                case .handedOver(let handedOver):
                    // From here, as each task on the way takes its time to wake up.
                    if let job = handedOver.job,
                        let first = offer.accept(
                            handedOver.offer,
                            { begin(job, leaseEnds: $0 + configuration.lease, intake) }
                        )
                    {
                        intake.began(1)
                        start(first, in: &tasks, wake: wake, intake: intake)
                    }
                    if handedOver.job == nil || running.count < configuration.concurrency { wake.signal() }
                case .listening:
                    // What was sent before is lost.
                    wake.signal()
                    tasks.addTask { await callOneself() }
                case .heard:
                    offer.isHeard = true
                    wake.signal()
                case .disconnected: offer.isHeard = false
                }
            }
        }
    }

    /// Sees to it that `heard` comes, if notifications come through.
    private func callOneself() async {
        while !Task.isCancelled {
            do {
                return try await upkeepStore.call(offer.channel)
            } catch {
                try? await Task.sleep(for: configuration.pollInterval)
            }
        }
    }
}
