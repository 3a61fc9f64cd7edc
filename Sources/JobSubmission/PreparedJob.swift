internal import Jobs

/// A job that was checked and can be queued, once or again and again.
struct PreparedJob: Sendable {
    /// Complete but for its experiment's id.
    var job: NewJob
    /// What it sums up or puts together once they have ended, as complete; none: it is done at once.
    var parts: [NewJob] = []
    /// The experiment of its runs, by name; made if it is new.
    let experiment: String
    /// The seeds that were drawn because none was given: the members of the spec, and of the parameters, of the job and of
    /// its parts.
    let drawnSeeds: [String]
}
