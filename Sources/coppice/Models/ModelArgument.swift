internal import CommandSupport
internal import Registry

/// A version of a registered model on the command line: `models:/NAME/VERSION`, `/latest`, `@ALIAS`.
struct ModelArgument {
    let uri: ModelURI

    init(_ text: String) throws {
        uri = try ModelURI(text)
    }

    /// The version it names now.
    func version(_ store: RegistryStore) async throws -> ModelVersion {
        switch uri {
        case .version(let name, let version): return try await store.version(version, of: name)
        case .alias(let name, let alias): return try await store.version(alias: alias, of: name)
        case .latest(let name):
            guard let latest = try await store.model(named: name).latestVersion else {
                throw CommandFailure(
                    "the registered model '\(name)' has no versions: `submit train --register \(name)` makes one"
                )
            }
            return try await store.version(latest, of: name)
        case .loggedModel, .run, .job:
            throw CommandFailure(
                "'\(uri)' is not a version of a registered model: write models:/NAME/VERSION, /latest or @ALIAS"
            )
        }
    }
}
