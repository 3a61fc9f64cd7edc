/// What is known of a version when it is registered.
public struct NewModelVersion: Sendable {
    /// The name of the registered model.
    public var model: String
    /// Where its files are: `runs:/RUN_ID/PATH`, `models:/m-…`, …
    public var source: String
    /// The private number of the run that made it.
    public var run: Int64?
    /// The public id of that run, for a client, which knows no other; it may be a run of another server.
    public var runID: String?
    /// A link to the run.
    public var runLink = ""
    /// Where its files are, if the source does not say so.
    public var storageLocation: String?
    /// The private number of the logged model that it is.
    public var loggedModel: Int64?
    /// The public id of the logged model that it is, for a client.
    public var loggedModelID: String?
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
