public import FoundationEssentials
public import Jobs
internal import Postgres
internal import Registry

/// When a job is to be queued again and again.
public struct ScheduleRequest: Sendable {
    public var name: String
    /// As in crontab(5).
    public var cron: String
    /// A name that PostgreSQL knows, such as `Europe/Berlin`.
    public var timeZone = "UTC"
    public var missed = MissedTicks.last
    /// What was typed, for people.
    public var arguments: [String] = []

    public init(name: String, cron: String) {
        self.name = name
        self.cron = cron
    }
}

extension SubmissionService {
    /// Adds a schedule that trains a forest, also in shards, or the forests of a sweep at each of its ticks; checked as if
    /// it were submitted now. Seeds that are not given are drawn for each tick, the points of a sample now.
    ///
    /// - Returns: when it is due first.
    public func schedule(_ request: ScheduleRequest, _ job: TrainRequest) async throws -> Date {
        let cron = try check(request, job.queueing)
        return try await add(request, cron, try await prepare(job))
    }

    /// Adds a schedule that predicts rows at each of its ticks, with what the model URI means then; checked as if it were
    /// submitted now.
    ///
    /// - Returns: when it is due first.
    public func schedule(_ request: ScheduleRequest, _ job: PredictRequest) async throws -> Date {
        let cron = try check(request, job.queueing)
        if case .job = try ModelURI(job.modelURI) {
            throw SubmissionError(
                option: "--model",
                "'\(job.modelURI)' is made once, a schedule comes again: give models:/NAME/latest or models:/NAME@ALIAS"
            )
        }
        return try await add(request, cron, try await prepare(job))
    }

    private func check(_ request: ScheduleRequest, _ queueing: QueueingRequest) throws -> CronExpression {
        guard queueing.start == .now else {
            throw SubmissionError("--delay and --at cannot be combined with a schedule: --cron says when")
        }
        guard queueing.needs.isEmpty else {
            throw SubmissionError(option: "--after", "a schedule comes again, a job ends once: leave it out")
        }
        do {
            return try CronExpression(request.cron)
        } catch {
            throw SubmissionError(option: "--cron", error.message)
        }
    }

    private func add(_ request: ScheduleRequest, _ cron: CronExpression, _ prepared: PreparedJob) async throws -> Date {
        try await pool.withTransaction { session in
            let prepared = try prepared.withExperiment(in: session)
            var schedule = NewSchedule(
                name: request.name,
                cron: cron,
                timeZone: request.timeZone,
                job: prepared.job
            )
            schedule.parts = prepared.parts
            schedule.missed = request.missed
            schedule.drawnSeeds = prepared.drawnSeeds
            schedule.arguments = request.arguments
            return try ScheduleStore.add(schedule, in: session)
        }
    }
}
