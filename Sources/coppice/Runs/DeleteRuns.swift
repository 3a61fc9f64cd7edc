internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Tracking

struct DeleteRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete runs; `coppice runs restore` brings them back.",
        discussion: """
            Lists leave a deleted run out, and nothing more can be logged to it. Model versions that were registered \
            from it stay.

            Example: coppice runs delete 3f2a
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Ids of the runs, or the first few digits of each.")
    var runs: [String]

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice runs", size: 1))
        for prefix in runs {
            let run = try await store.run(startingWith: prefix)
            try await store.deleteRun(run.id)
            print("run \(run.id) (\(run.name)): deleted")
        }
    }
}

struct RestoreRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring deleted runs back.",
        discussion: """
            Example: which ones are there?
              coppice runs list --deleted
            Example: bring one back
              coppice runs restore 3f2a
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Ids of the runs, or the first few digits of each.")
    var runs: [String]

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice runs", size: 1))
        for prefix in runs {
            let run = try await store.run(startingWith: prefix)
            try await store.restoreRun(run.id)
            print("run \(run.id) (\(run.name)): restored")
        }
    }
}
