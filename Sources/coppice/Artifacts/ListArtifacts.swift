internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Tracking

struct ListArtifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the artifacts of a run, one folder at a time.",
        discussion: """
            Example: coppice artifacts list 3f2a
            Example: coppice artifacts list 3f2a model_diabetes
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    @Argument(help: "The run's id, or the first few digits of it.")
    var run: String
    @Argument(help: "A folder, or a file; without it, the root.")
    var path: String?

    func run() async throws {
        let folder = try path.flatMap { $0 == "." || $0 == "/" ? nil : try ArtifactPath($0) }
        let (store, run) = try await database.artifacts(of: run)
        var entries = try await store.list(folder, of: run.artifactOwner)
        if let folder, entries.isEmpty {
            let file = try await store.open(folder, of: run.artifactOwner)
            entries = [ArtifactEntry(path: folder.description, isFolder: false, size: file.size, fileCount: 1)]
        }
        if list.json {
            JSON.object([
                .init("run_id", .string(run.id.rawValue)),
                .init("artifacts", .array(entries.prefix(list.limit).map(\.json))),
            ]).print()
            return
        }
        var table = TextTable([.init("artifact"), .init("size", .right), .init("files", .right)])
        for entry in entries.prefix(list.limit) {
            table.add([
                entry.path + (entry.isFolder ? "/" : ""), HumanReadable.byteCount(entry.size),
                entry.isFolder ? String(entry.fileCount) : "",
            ])
        }
        list.print(table, empty: "Run \(run.shortID) has no artifacts.")
    }
}
