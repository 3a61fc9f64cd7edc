internal import Jobs
internal import Postgres
internal import Tracking

extension SubmissionService {
    /// Queues a job, with its parts if it has any, in one transaction with its experiment, if that is new.
    ///
    /// - Returns: the parts, then the job.
    func submit(_ prepared: PreparedJob) async throws -> [SubmittedJob] {
        let submitted = try await JobStore.retrying {
            try await pool.withTransaction { session in
                let prepared = try prepared.withExperiment(in: session)
                return prepared.parts.isEmpty
                    ? try JobStore.submitAndCommit([prepared.job], in: session)
                    : try JobStore.submit(NewJobGroup(whole: prepared.job, parts: prepared.parts), in: session)
            }
        }
        await jobs.wake(
            queues: prepared.claimableQueues,
            unlessHandedOver: prepared.parts.isEmpty ? prepared.job.clientToken : nil
        )
        return submitted
    }

    /// Puts together what was checked.
    func prepared(
        kind: String,
        spec: any Encodable & Sendable,
        params: [String: String],
        drawnSeeds: [String] = [],
        tracking: TrackingRequest,
        queueing: QueueingRequest
    ) -> PreparedJob {
        var job = NewJob(kind: kind, spec: spec, experimentID: 0, submittedBy: submitter.user)
        job.params = params
        job.runName = tracking.runName
        job.tags = tracking.tags.merging([
            "mlflow.user": submitter.user,
            "mlflow.source.name": submitter.program,
            "mlflow.source.type": "JOB",
        ]) { given, _ in given }
        job.queue = queueing.queue
        job.priority = queueing.priority
        job.start = queueing.start
        job.maxAttempts = queueing.maxAttempts
        job.timeout = queueing.timeout
        job.needs = queueing.needs
        job.uniqueKey = queueing.uniqueKey
        return PreparedJob(job: job, experiment: tracking.experiment, drawnSeeds: drawnSeeds)
    }
}

extension PreparedJob {
    /// Complete: its runs belong to the experiment, which is made if it is new.
    func withExperiment(in session: borrowing Session) throws -> PreparedJob {
        let id = try TrackingStore.findOrCreateExperiment(named: experiment, in: session).rawValue
        var complete = self
        complete.job.experimentID = id
        for index in parts.indices { complete.parts[index].experimentID = id }
        return complete
    }

    /// Where there is something to claim once it is queued.
    fileprivate var claimableQueues: Set<String> {
        parts.isEmpty ? [job.queue] : Set(parts.map(\.queue))
    }
}

extension QueueingRequest {
    /// Of a job with parts: it starts when they have ended.
    var ofWhole: QueueingRequest {
        var request = self
        request.start = .now
        request.needs = []
        return request
    }

    /// Of a part: the unique key is that of the whole.
    var ofPart: QueueingRequest {
        var request = self
        request.uniqueKey = nil
        return request
    }
}
