internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Registry

struct DeleteModel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a version, or a registered model with all its versions.",
        discussion: """
            This cannot be undone; runs and artifacts stay. The number of a deleted version is not given again.

            Example: one version
              coppice models delete models:/rf_regressor/3
            Example: the model and every version of it
              coppice models delete rf_regressor --all-versions
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(
        help: ArgumentHelp(
            "models:/NAME/VERSION, /latest or @ALIAS; or a name, with --all-versions.",
            valueName: "model"
        )
    )
    var model: String
    @Flag(help: "Delete the registered model and every version of it.")
    var allVersions = false

    func validate() throws {
        guard allVersions != model.contains(":") else {
            throw ValidationError(
                allVersions
                    ? "--all-versions: give the model's name, not a version"
                    : "'\(model)' is a name: give a version as models:/\(model)/VERSION, or add --all-versions"
            )
        }
    }

    func run() async throws {
        let store = RegistryStore(pool: try await database.open(program: "coppice models", size: 1))
        if allVersions {
            try await store.deleteModel(model)
            print("\(model): deleted, with all its versions")
        } else {
            let version = try await ModelArgument(model).version(store)
            try await store.deleteVersion(version.version, of: version.model)
            let aliases = version.aliases.map { "@\($0)" }.joined(separator: ", ")
            print(
                "models:/\(version.model)/\(version.version): deleted\(aliases.isEmpty ? "" : ", and \(aliases) with it")"
            )
        }
    }
}
