public import Jobs

/// A job that was checked and can be queued, once or again and again.
public struct PreparedJob: Sendable {
    /// Complete but for its experiment's id.
    public var job: NewJob
    /// The experiment of its runs, by name; made if it is new.
    public let experiment: String
    /// The seeds that were drawn because none was given: the members of the job's spec, and of its parameters.
    public let drawnSeeds: [String]
}
