public import ArgumentParser
internal import CommandSupport
public import JobSubmission
internal import Jobs

/// When, where and how often the job runs.
public struct QueueingOptions: ParsableArguments, Sendable {
    @Option(help: "Queue of the job.")
    var queue = "default"

    @Option(help: "Jobs of higher priority are claimed first.")
    var priority = 0

    @Option(help: ArgumentHelp("Not before this long from now, such as 10m.", valueName: "duration"))
    var delay: DurationArgument?

    @Option(help: ArgumentHelp("Not before this time, such as 2030-01-31T08:00:00Z.", valueName: "timestamp"))
    var at: String?

    @Option(help: "Failures that end the job.")
    var maxAttempts = 3

    @Option(help: ArgumentHelp("How long an attempt may run, such as 1h.", valueName: "duration"))
    var timeout: DurationArgument?

    @Option(help: ArgumentHelp("A job that has to succeed first; can be given again.", valueName: "job-id"))
    var after: [Int64] = []

    @Option(help: ArgumentHelp("No two live jobs have the same key; the one that lives is returned.", valueName: "key"))
    var unique: String?

    public init() {}

    public func validate() throws {
        if delay != nil && at != nil { throw ValidationError("--delay and --at exclude each other: give one.") }
    }

    public var request: QueueingRequest {
        get throws {
            var request = QueueingRequest()
            request.queue = queue
            request.priority = priority
            if let delay { request.start = .after(delay.duration) }
            if let at { request.start = .at(try QueueingRequest.time(at)) }
            request.maxAttempts = maxAttempts
            request.timeout = timeout?.duration
            request.needs = after.map(Job.ID.init)
            request.uniqueKey = unique
            return request
        }
    }
}
