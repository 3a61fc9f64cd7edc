/// What is known of a version when it is registered.
public struct NewModelVersion: Sendable {
    /// The name of the registered model.
    public var model: String
    /// Where its files are: `runs:/RUN_ID/PATH`, `models:/m-…`, …
    public var source: String
    /// The private number of the run that made it.
    public var run: Int64?
    /// The private number of the logged model that it is.
    public var loggedModel: Int64?
    /// The job that registers it. A job registers one version at most.
    public var job: Int64?
    public var user: String
    public var description: String
    public var tags: [String: String]

    public init(
        model: String,
        source: String,
        run: Int64? = nil,
        loggedModel: Int64? = nil,
        job: Int64? = nil,
        user: String = "",
        description: String = "",
        tags: [String: String] = [:]
    ) {
        self.model = model
        self.source = source
        self.run = run
        self.loggedModel = loggedModel
        self.job = job
        self.user = user
        self.description = description
        self.tags = tags
    }
}
