internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Registry

struct ListModels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List registered models by name.",
        discussion: "Example: coppice models list"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
        let store = RegistryStore(pool: try await database.open(program: "coppice models", size: 1))
        let models = try await store.models(limit: list.limit)
        if list.json {
            JSON.object([.init("models", .array(models.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("name"), .init("versions", .right), .init("latest", .right), .init("aliases", shrinks: true),
            .init("changed"), .init("description", shrinks: true),
        ])
        for model in models {
            table.add([
                model.name, String(model.versionCount), model.latestVersion.map { String($0) }, model.aliasesText,
                HumanReadable.relative(model.updatedAt), model.description,
            ])
        }
        list.print(table, empty: "No model is registered yet. `submit train --register NAME` registers one.")
    }
}
