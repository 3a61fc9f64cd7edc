internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Postgres

struct CollectArtifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove bytes that no run, model or uploaded data names any more.",
        discussion: """
            Crashed uploads and deleted artifacts leave bytes behind. Safe to run at any time beside workers.

            Example: coppice artifacts gc --older-than 7d
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "Leave what is younger: it may be in use by a job that has not ended.",
            valueName: "duration"
        )
    )
    var olderThan = DurationArgument(.seconds(86_400))

    func run() async throws {
        let root = try ArtifactRoot.fromEnvironment()
        let pool = try await database.open(program: "coppice artifacts", size: 1)
        let collected = try await ArtifactStore(pool: pool, root: root).collect(olderThan: olderThan.duration)
        if output.json {
            JSON.object([.init("removed", .int(collected.count)), .init("bytes", .int(collected.size))]).print()
        } else if collected.count == 0 {
            print("nothing to remove")
        } else {
            print(
                "removed \(collected.count) unused \(collected.count == 1 ? "file" : "files"), \(HumanReadable.byteCount(collected.size))"
            )
        }
    }
}
