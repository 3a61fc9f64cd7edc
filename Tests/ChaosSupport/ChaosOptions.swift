/// How much of everything.
public struct ChaosOptions: Sendable {
    /// Jobs to submit.
    public var jobs: Int
    /// Worker processes that run at a time.
    public var workers: Int
    /// Faults to inject while the jobs run.
    public var faults: Int
    /// Decides which faults, in which order, and which jobs. What meets what is left to the machine.
    public var seed: UInt64
    /// The lease of every worker.
    public var lease: Duration = .seconds(3)
    /// How long running jobs may go on after SIGTERM.
    public var grace: Duration = .seconds(2)
    /// The run gives up when no job has ended for this long.
    public var patience: Duration = .seconds(120)
    /// The kinds of faults to choose from.
    public var kinds = Fault.allCases
    /// Switches off the fence in the database of the run: the checks have to notice.
    public var isFenceOff = false

    public init(jobs: Int, workers: Int, faults: Int, seed: UInt64) {
        self.jobs = jobs
        self.workers = workers
        self.faults = faults
        self.seed = seed
    }

    /// The form that is part of the tests.
    public static let short = ChaosOptions(jobs: 200, workers: 4, faults: 40, seed: 1)
}
