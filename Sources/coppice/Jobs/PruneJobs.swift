internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct PruneJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove jobs that ended long ago, with their attempts and logs.",
        discussion: """
            Also submit tokens of ended jobs, workers that are gone, and ticks of schedules that are as old. Runs, metrics, \
            models and artifacts stay; only `coppice runs reproduce` needs the job of a run. Where a whole partition of the \
            history is old it is dropped, which takes moments however much is in it. Needs the rights of coppice_admin.

            Example: what would go?
              coppice jobs prune --older-than 30d --dry-run
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("How long ago they have to have ended, such as 30d.", valueName: "duration"))
    var olderThan: DurationArgument

    @Flag(help: "Remove nothing; say what would go.")
    var dryRun = false

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        let report =
            try await dryRun
            ? store.previewPrune(olderThan: olderThan.duration) : store.prune(olderThan: olderThan.duration)
        if output.json {
            JSON.object([
                .init("dry_run", .bool(dryRun)),
                .init("jobs", .int(report.jobs)),
                .init("attempts", .int(report.attempts)),
                .init("log_lines", .int(report.logLines)),
                .init("partitions", .int(report.partitions)),
                .init("tokens", .int(report.tokens)),
                .init("workers", .int(report.workers)),
                .init("ticks", .int(report.ticks)),
            ]).print()
            return
        }
        var details = DetailList()
        details.add(dryRun ? "would remove" : "removed", "what ended more than \(olderThan) ago")
        details.add("jobs", String(report.jobs))
        details.add("attempts", String(report.attempts))
        details.add("log lines", String(report.logLines))
        details.add("whole partitions", report.partitions > 0 ? String(report.partitions) : nil)
        details.add("submit tokens", String(report.tokens))
        details.add("workers", String(report.workers))
        details.add("schedule ticks", report.ticks > 0 ? String(report.ticks) : nil)
        details.print()
    }
}
