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

    /// Queues a job with its parts in one transaction with its experiment, if that is new.
    ///
    /// - Returns: the parts, then the whole.
    func submit(_ prepared: NewJobGroup, experiment name: String) async throws -> [SubmittedJob] {
        let submitted = try await JobStore.retrying {
            try await pool.withTransaction { session in
                let experiment = try TrackingStore.findOrCreateExperiment(named: name, in: session).rawValue
                var group = prepared
                group.whole.experimentID = experiment
                for index in group.parts.indices { group.parts[index].experimentID = experiment }
                return try JobStore.submit(group, in: session)
            }
        }
        await jobs.wake(queues: Set(prepared.parts.map(\.queue)))
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
