public import FoundationEssentials
internal import Postgres

/// Something that is queued again and again.
public enum Schedule {
    /// Identifies a schedule.
    public struct ID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var description: String { String(rawValue) }
    }
}

/// A schedule to be added.
public struct NewSchedule: Sendable {
    public var name: String
    public var cron: CronExpression
    /// As in PostgreSQL's `pg_timezone_names`, such as `Europe/Berlin`.
    public var timeZone: String
    public var missed: MissedTicks = .last
    /// What each tick queues; when it starts is the schedule's to say.
    public var job: NewJob
    /// The parts in which the job is done, as in `NewJobGroup`; none: it is done at once.
    public var parts: [NewJob] = []
    /// Members of the spec and parameters that each tick draws anew, one value for the job and all its parts.
    public var drawnSeeds: [String] = []
    /// What was asked for, for people.
    public var arguments: [String] = []

    public init(name: String, cron: CronExpression, timeZone: String, job: NewJob) {
        self.name = name
        self.cron = cron
        self.timeZone = timeZone
        self.job = job
    }
}

/// A schedule as its owner sees it.
public struct ScheduleSummary: Sendable, Equatable {
    public let name: String
    public let cron: String
    public let timeZone: String
    public let missed: MissedTicks
    /// Kind and queue of its jobs.
    public let kind: String
    public let queue: String
    public let arguments: [String]
    /// When it is due next; nil while it is paused.
    public let nextTick: Date?
    public let pausedAt: Date?
    public let pausedBy: String?
    /// Ticks that were left out because no worker ran.
    public let skipped: Int
    public let createdAt: Date
    public let createdBy: String
    /// The tick that was fired last, its job and that job's state; or why it could not be queued.
    public let lastTick: Date?
    public let lastJob: Job.ID?
    public let lastState: String?
    public let lastError: String?

    init(_ row: Row) throws {
        name = try row.string("name")
        cron = try row.string("cron")
        timeZone = try row.string("time_zone")
        missed = MissedTicks(rawValue: try row.string("missed")) ?? .last
        kind = try row.string("kind")
        queue = try row.string("queue")
        arguments = try row.decode([String].self, "arguments")
        pausedAt = try row.dateOrNil("paused_at")
        pausedBy = try row.stringOrNil("paused_by")
        nextTick = pausedAt == nil ? try row.date("next_tick") : nil
        skipped = try row.int("skipped")
        createdAt = try row.date("created_at")
        createdBy = try row.string("created_by")
        lastTick = try row.dateOrNil("last_tick")
        lastJob = try row.int64OrNil("last_job_id").map(Job.ID.init)
        lastState = try row.stringOrNil("last_state")
        lastError = try row.stringOrNil("last_error")
    }
}
