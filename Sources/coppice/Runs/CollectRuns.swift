internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Postgres
internal import Tracking

/// What both commands that remove for good take.
struct CollectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long ago it was deleted, such as 30d.", valueName: "duration"))
    var olderThan: DurationArgument

    @Flag(help: "Remove nothing; say what would go.")
    var dryRun = false
}

struct CollectRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove deleted runs for good, with all that was logged to them and their artifacts.",
        discussion: """
            A run stays while a version of a registered model came from it. Artifacts go unless another run has the same; \
            bytes that are younger than a day are left to the next `coppice artifacts gc`. Needs the rights of \
            coppice_admin.

            Example: what would go?
              coppice runs gc --older-than 30d --dry-run
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var collection: CollectionOptions

    func run() async throws {
        let root = try ArtifactRoot.fromEnvironment()
        let pool = try await database.open(program: "coppice runs", size: 1)
        let collected = try await TrackingStore(pool: pool).collectRuns(
            deletedBefore: collection.olderThan.duration,
            isRehearsal: collection.dryRun
        )
        try await report(collected, collection, output, pool, root)
    }
}

struct CollectExperiments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove deleted experiments for good, with their runs and artifacts.",
        discussion: """
            An experiment stays while a version of a registered model came from one of its runs. Needs the rights of \
            coppice_admin.

            Example: coppice experiments gc --older-than 30d
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var collection: CollectionOptions

    func run() async throws {
        let root = try ArtifactRoot.fromEnvironment()
        let pool = try await database.open(program: "coppice experiments", size: 1)
        let collected = try await TrackingStore(pool: pool).collectExperiments(
            deletedBefore: collection.olderThan.duration,
            isRehearsal: collection.dryRun
        )
        try await report(collected, collection, output, pool, root)
    }
}

/// Removes the artifacts that nobody names any more, and prints what went.
private func report(
    _ collected: CollectedRuns,
    _ collection: CollectionOptions,
    _ output: OutputOptions,
    _ pool: PostgresPool,
    _ root: ArtifactRoot
) async throws {
    let blobs =
        try await collection.dryRun
        ? CollectedBlobs() : ArtifactStore(pool: pool, root: root).collect(olderThan: .seconds(86_400))
    if output.json {
        JSON.object([
            .init("dry_run", .bool(collection.dryRun)),
            .init("runs", .int(collected.runs)),
            .init("experiments", .int(collected.experiments)),
            .init("kept_runs", .int(collected.keptRuns)),
            .init("files", .int(blobs.count)),
            .init("bytes", .int(blobs.size)),
        ]).print()
        return
    }
    var details = DetailList()
    details.add(
        collection.dryRun ? "would remove" : "removed",
        "what was deleted more than \(collection.olderThan) ago"
    )
    details.add("experiments", collected.experiments > 0 ? String(collected.experiments) : nil)
    details.add("runs", String(collected.runs))
    details.add("kept runs", collected.keptRuns > 0 ? "\(collected.keptRuns), which are still needed" : nil)
    details.add("files", blobs.count > 0 ? "\(blobs.count), \(HumanReadable.byteCount(blobs.size))" : nil)
    details.print()
}
