public import Jobs
internal import Postgres
internal import Tracking

extension SubmissionService {
    /// Queues a job in one transaction with its experiment, if that is new.
    public func submit(_ prepared: PreparedJob) async throws -> SubmittedJob {
        let submitted = try await JobStore.retrying {
            try await pool.withTransaction { session in
                var job = prepared.job
                let experiment = try TrackingStore.findOrCreateExperiment(named: prepared.experiment, in: session)
                job.experimentID = experiment.rawValue
                return try JobStore.submit([job], in: session)[0]
            }
        }
        await jobs.wake(queues: [prepared.job.queue])
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
