internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Registry

struct AliasModel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "Point an alias at a version, or remove it.",
        discussion: """
            An alias points at one version at a time; pointing it elsewhere moves it.

            Example: version 3 becomes the champion
              coppice models alias models:/rf_regressor/3 champion
            Example: nobody is the champion any more
              coppice models alias models:/rf_regressor@champion --remove
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: ArgumentHelp("models:/NAME/VERSION, /latest or @ALIAS.", valueName: "model"))
    var model: String
    @Argument(help: "The alias.")
    var alias: String?
    @Flag(help: "Remove the alias that the URI ends with.")
    var remove = false

    func validate() throws {
        guard remove == (alias == nil) else {
            throw ValidationError(remove ? "--remove: name the alias in the URI only" : "missing the alias to set")
        }
    }

    func run() async throws {
        let argument = try ModelArgument(model)
        if remove {
            guard case .alias(let name, let alias) = argument.uri else {
                throw CommandFailure("'\(model)' names no alias to remove: write models:/NAME@ALIAS")
            }
            try await RegistryStore(pool: try await database.open(program: "coppice models", size: 1))
                .deleteAlias(alias, model: name)
            print("models:/\(name)@\(alias): removed")
        } else if let alias {
            let store = RegistryStore(pool: try await database.open(program: "coppice models", size: 1))
            let version = try await argument.version(store)
            try await store.setAlias(alias, model: version.model, version: version.version)
            print("models:/\(version.model)@\(alias): version \(version.version)")
        }
    }
}
