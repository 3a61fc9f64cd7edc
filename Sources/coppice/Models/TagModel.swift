internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Registry

struct TagModel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Set or remove tags of a registered model, or of one version.",
        discussion: """
            Example: of a version
              coppice models tag models:/rf_regressor/3 reviewed=yes
            Example: of the model itself
              coppice models tag rf_regressor team=pricing
            Example: remove one
              coppice models tag rf_regressor --remove team
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(
        help: ArgumentHelp("A registered model's name, or models:/NAME/VERSION, /latest or @ALIAS.", valueName: "model")
    )
    var model: String
    @Argument(help: ArgumentHelp("Tags to set.", valueName: "key=value"))
    var tags: [KeyValue] = []
    @Option(help: ArgumentHelp("A tag to remove; may be given several times.", valueName: "key"))
    var remove: [String] = []

    func validate() throws {
        guard !tags.isEmpty || !remove.isEmpty else { throw ValidationError("missing a tag to set, as KEY=VALUE") }
    }

    func run() async throws {
        let store = RegistryStore(pool: try await database.open(program: "coppice models", size: 1))
        if model.contains(":") {
            let version = try await ModelArgument(model).version(store)
            try await store.setTags(tags.dictionary, model: version.model, version: version.version)
            for key in remove { try await store.deleteTag(key, model: version.model, version: version.version) }
            show(
                "models:/\(version.model)/\(version.version)",
                try await store.version(version.version, of: version.model).tags
            )
        } else {
            try await store.setTags(tags.dictionary, model: model)
            for key in remove { try await store.deleteTag(key, model: model) }
            show(model, try await store.model(named: model).tags)
        }
    }

    private func show(_ name: String, _ tags: [String: String]) {
        let text = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        print("\(name): \(tags.isEmpty ? "no tags" : text)")
    }
}
