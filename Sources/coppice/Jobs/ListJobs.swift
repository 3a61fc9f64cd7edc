internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct ListJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List jobs, newest first.",
        discussion: """
            Example: what failed lately
              coppice jobs list --state failed --limit 10
            Example: ids of what waits, for a script
              coppice jobs list --state queued --json | jq '.jobs[].id'
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    @Option(help: "Only jobs in this state; may be given several times.")
    var state: [JobState] = []
    @Option(help: "Only jobs of this queue.")
    var queue: String?
    @Option(help: "Only jobs of this kind: train, train_shard, predict or sweep.")
    var kind: String?
    @Option(help: "Only jobs whose runs belong to this experiment.")
    var experiment: String?
    @Option(help: ArgumentHelp("Only jobs older than this one: the next page.", valueName: "job"))
    var before: Job.ID?

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        let filter = JobStore.Filter(states: state, queue: queue, kind: kind, experiment: experiment, before: before)
        let jobs = try await store.list(filter, limit: list.limit)
        if list.json {
            JSON.object([.init("jobs", .array(jobs.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("id", .right), .init("kind"), .init("state"), .init("queue"), .init("submitted"),
            .init("waited", .right),
            .init("ran", .right), .init("tries", .right), .init("worker", shrinks: true), .init("run", shrinks: true),
            .init("error", shrinks: true),
        ])
        for job in jobs {
            table.add([
                job.id.description, job.kind, job.stateText, job.queue, HumanReadable.relative(job.submittedAt),
                HumanReadable.duration(job.waited), job.ran.map(HumanReadable.duration), String(job.attempt),
                job.worker,
                job.runName, job.error ?? "",
            ])
        }
        list.print(table, empty: "No such jobs. `submit train` queues one.")
    }
}
