/// How a worker behaves.
public struct WorkerConfiguration: Sendable {
    /// The queues it claims from.
    public var queues: [String] = ["default"]
    /// How many jobs each of them gets for one of the others, as long as there is something in both; one that is not
    /// named counts 1. Empty: the most urgent job goes first, in whichever queue it is.
    public var queueWeights: [String: Int] = [:]
    /// How many jobs it runs at a time.
    public var concurrency = 1
    /// How long a job stays its own without a renewal.
    public var lease: Duration = .seconds(30)
    /// How often the lease is renewed before it ends: two renewals may be lost.
    public var renewalsPerLease = 3
    /// How long running jobs may go on after a shutdown was asked for.
    public var grace: Duration = .seconds(30)
    /// How often it looks for jobs when nobody wakes it.
    public var pollInterval: Duration = .seconds(1)
    /// How soon it looks once more after somebody woke it.
    public var trailingPollInterval: Duration = .milliseconds(150)
    /// How often it rescues lost jobs and promotes due ones.
    public var upkeepInterval: Duration = .seconds(1)
    /// How often it removes what is older than the store's retention.
    public var retentionInterval: Duration = .seconds(3600)
    /// Stop once nothing is left to run.
    public var drain = false
    /// Stop after as many jobs.
    public var maxJobs: Int?
    /// A job that lost its worker this many times ends as failed: it probably kills them.
    public var maxLosses = 5
    public var retryPolicy = RetryPolicy.standard

    public init() {}

    /// Often enough also to be seen: who is silent for two minutes counts as lost (`WorkerStore.isLost`).
    var renewalInterval: Duration { min(lease / renewalsPerLease, .seconds(30)) }
}

/// What a worker is asked to do by a signal.
public enum ShutdownRequest: Sendable, Equatable {
    /// Claim nothing more; running jobs may finish within the grace period.
    case graceful
    /// Hand running jobs back now.
    case immediate
}
