public import Artifacts
public import ModelFormat
public import Registry

/// Reads models of the store from their folders.
public struct ModelReader: Sendable {
    let artifacts: ArtifactStore

    public init(artifacts: ArtifactStore) {
        self.artifacts = artifacts
    }

    /// - Throws: `ModelError` for a folder that is not a model or one that cannot be run here, `ArtifactError`.
    public func load(_ model: ResolvedModel) async throws -> LoadedModel {
        let (owner, folder): (ArtifactOwner, ArtifactPath?) =
            switch model.folder {
            case .run(let number, let path): (.run(number), try ArtifactPath(path))
            case .loggedModel(let number): (.loggedModel(number), nil)
            }
        return try await LoadedModel { name in
            let path = try ArtifactPath(folder.map { "\($0)/\(name)" } ?? name)
            do {
                return try await artifacts.read(path, of: owner)
            } catch let error as ArtifactError where error.code == .notFound {
                return nil
            }
        }
    }
}
