#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What is known of a run when it begins.
public struct NewRun: Sendable {
    public var experiment: Experiment.ID
    public var name: String
    public var user: String
    public var status: Run.Status
    public var startedAt: Date
    public var parent: Run.ID?
    public var params: [String: String]
    public var tags: [String: String]

    public init(
        experiment: Experiment.ID,
        name: String,
        user: String = "",
        status: Run.Status = .running,
        startedAt: Date,
        parent: Run.ID? = nil,
        params: [String: String] = [:],
        tags: [String: String] = [:]
    ) {
        self.experiment = experiment
        self.name = name
        self.user = user
        self.status = status
        self.startedAt = startedAt
        self.parent = parent
        self.params = params
        self.tags = tags
    }
}
