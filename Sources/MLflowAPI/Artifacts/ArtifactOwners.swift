internal import Artifacts
internal import Tracking

/// Finds whose artifacts a path or a URI means.
///
/// MLflow's clients see one tree: `EXPERIMENT/RUN/artifacts/…` and `EXPERIMENT/models/MODEL/artifacts/…`, below
/// whatever folder the experiment asked for.
struct ArtifactOwners {
    let tracking: TrackingStore

    /// Whose artifacts, and a path among them; nil is their root.
    struct Place {
        let owner: ArtifactOwner
        let path: ArtifactPath?
        /// The folder among the owner's artifacts that counts as the root.
        var base: ArtifactPath?
    }

    /// Throws `MLflowError` if the run or the model does not exist, or the path names neither.
    func place(_ path: String) async throws -> Place {
        guard !ArtifactLocation.climbs(path) else { throw MLflowError.invalidPath }
        let parts = path.split(separator: "/").map(String.init)
        guard let index = Self.endOfRoot(parts) else {
            throw MLflowError(
                .invalidParameterValue,
                "The artifact path '\(path)' names no run and no model: "
                    + "allowed are EXPERIMENT/RUN_ID/artifacts/… and EXPERIMENT/models/MODEL_ID/artifacts/…"
            )
        }
        let rest = parts[(index + 1)...].joined(separator: "/")
        if index >= 2, parts[index - 2] == "models" {
            return try await place(model: LoggedModel.ID(rawValue: parts[index - 1]), rest)
        }
        return try await place(run: Run.ID(rawValue: parts[index - 1]), rest)
    }

    /// The place of the `artifacts` that ends the root of a run or a model. The experiment's own folder may have one, too:
    /// the first after what looks like an id counts, else the first after anything.
    private static func endOfRoot(_ parts: [String]) -> Int? {
        let candidates = parts.indices.dropFirst().filter { parts[$0] == "artifacts" }
        return candidates.first { index in
            let id = parts[index - 1]
            let isOfModel = index >= 2 && parts[index - 2] == "models" && id.hasPrefix("m-")
            return isOfModel || id.count == 32 && id.allSatisfy(\.isHexDigit)
        } ?? candidates.first
    }

    func place(run id: Run.ID, _ path: String) async throws -> Place {
        guard let number = try await tracking.number(of: id) else {
            throw MLflowError(.resourceDoesNotExist, "Run with id=\(id) not found")
        }
        return Place(owner: .run(number.rawValue), path: try Self.path(path))
    }

    func place(model id: LoggedModel.ID, _ path: String) async throws -> Place {
        guard let model = try await tracking.loggedModel(id) else { throw MLflowError.noModel(id) }
        guard let folder = model.artifactPath, let run = model.run,
            let number = try await tracking.number(of: run)
        else { return Place(owner: .loggedModel(model.number.rawValue), path: try Self.path(path)) }
        // A worker's model is a folder among the artifacts of its run.
        let base = try ArtifactPath(folder)
        let path = try Self.path(path)
        return Place(
            owner: .run(number.rawValue),
            path: try path.map { try ArtifactPath("\(base)/\($0)") } ?? base,
            base: base
        )
    }

    private static func path(_ text: String) throws -> ArtifactPath? {
        text.isEmpty ? nil : try ArtifactPath(text)
    }
}

extension MLflowError {
    static let invalidPath = MLflowError(.invalidParameterValue, "Invalid path")

    static func noModel(_ id: LoggedModel.ID) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Logged model with ID '\(id)' not found.")
    }
}
