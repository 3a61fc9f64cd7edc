/// Where the files of a model are, and what is known of it.
public struct ResolvedModel: Sendable, Equatable {
    /// Where in the artifacts the model folder is. Numbers are the private ones of the tables.
    public enum Folder: Sendable, Hashable {
        /// A folder in the artifacts of a run.
        case run(Int64, path: String)
        /// The artifacts of a logged model.
        case loggedModel(Int64)
    }

    /// What was asked for.
    public let uri: ModelURI
    /// The registered model's name; nil if it was not asked for by a registered name, and its job registered none.
    public let name: String?
    public let version: Int?
    public let folder: Folder
    /// The public id of the run that made it.
    public let run: String?
    /// The public id of the logged model that it is.
    public let loggedModel: String?
    /// MLflow's signature, JSON; nil where only the files know.
    public let signature: String?

    /// The same model, named so that it stays the same: by its version, else its id, else its run.
    public var pinnedURI: ModelURI {
        if let name, let version { return .version(name: name, version: version) }
        if let loggedModel { return .loggedModel(id: loggedModel) }
        guard case .run(_, let path) = folder, let run else { return uri }
        return .run(id: run, path: path)
    }
}
