internal import Registry
internal import Tracking

/// Where the files of a new version are, and which run and logged model they belong to.
///
/// A source that belongs to a run or a logged model must name the one that the request says, and one on a disk is
/// refused: the server reads nothing that a client can point at.
struct VersionSource {
    private(set) var source: String
    private(set) var run: Run.Number?
    private(set) var model: LoggedModel?

    private let tracking: TrackingStore

    /// Throws `MLflowError`, and what the stores throw.
    init(_ request: Message, registry: RegistryStore, tracking: TrackingStore) async throws {
        source = request.text("source")
        self.tracking = tracking
        let (runID, modelID) = (request.nonEmpty("run_id"), request.nonEmpty("model_id"))
        guard !ArtifactLocation.climbs(source), !Self.isLocal(source) else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid model version source: '\(source)'. It must be a URI such as runs:/RUN_ID/PATH or "
                    + "models:/MODEL_ID, without relative parts; paths on a disk are not read by this server."
            )
        }
        if source.hasPrefix("models:/") {
            try await resolve(runID: runID, modelID: modelID, registry: registry)
        } else if source.hasPrefix("runs:/") {
            let parts = source.dropFirst("runs:/".count).split(separator: "/")
            guard let runID, parts.first.map(String.init) == runID else { throw Self.mismatch(source, "run_id") }
            run = try await tracking.number(of: Run.ID(rawValue: runID))
        } else if source.hasPrefix("mlflow-artifacts:") {
            try await locate(runID: runID, modelID: modelID)
        }
        if let runID, run == nil { run = try await tracking.number(of: Run.ID(rawValue: runID)) }
        if let modelID, model == nil { model = try await tracking.loggedModel(LoggedModel.ID(rawValue: modelID)) }
        if run == nil, let made = model?.run { run = try await tracking.number(of: made) }
    }

    /// `models:/m-…`, or another version.
    private mutating func resolve(runID: String?, modelID: String?, registry: RegistryStore) async throws {
        let uri: ModelURI
        do { uri = try ModelURI(source) } catch { throw Self.mismatch(source, "model_id") }
        if case .loggedModel(let id) = uri {
            guard modelID == nil || modelID == id else { throw Self.mismatch(source, "model_id") }
            guard let found = try await tracking.loggedModel(LoggedModel.ID(rawValue: id)) else {
                throw MLflowError.noModel(LoggedModel.ID(rawValue: id))
            }
            model = found
            return
        }
        let original = try await registry.version(at: uri)
        guard runID == nil || runID == original.run, modelID == nil || modelID == original.loggedModel else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid model version source: '\(source)'. The run_id and model_id request parameters must match "
                    + "the referenced model version."
            )
        }
        source = "models:/\(original.model)/\(original.version)"
        run = original.runNumber.map(Run.Number.init(rawValue:))
        if let id = original.loggedModel {
            model = try await tracking.loggedModel(LoggedModel.ID(rawValue: id))
        }
    }

    /// The artifacts of a run or a logged model, by the URI that clients see.
    private mutating func locate(runID: String?, modelID: String?) async throws {
        if let modelID {
            guard let found = try await tracking.loggedModel(LoggedModel.ID(rawValue: modelID)),
                Self.isWithin(source, found.location)
            else { throw Self.mismatch(source, "model_id") }
            model = found
            return
        }
        guard let runID, let found = try await tracking.run(Run.ID(rawValue: runID)),
            Self.isWithin(source, found.location)
        else { throw Self.mismatch(source, "run_id") }
        run = found.number
    }

    private static func isWithin(_ source: String, _ root: String) -> Bool {
        source == root || source.hasPrefix(root + "/")
    }

    /// A path, or a `file:` URI.
    private static func isLocal(_ source: String) -> Bool {
        let scheme = source.prefix { $0 != ":" && $0 != "/" }
        return scheme.endIndex == source.endIndex || source[scheme.endIndex] == "/" || scheme.lowercased() == "file"
            || scheme.count == 1
    }

    private static func mismatch(_ source: String, _ parameter: String) -> MLflowError {
        MLflowError(
            .invalidParameterValue,
            "Invalid model version source: '\(source)'. The \(parameter) request parameter must identify the "
                + "resource that contains the source."
        )
    }
}
