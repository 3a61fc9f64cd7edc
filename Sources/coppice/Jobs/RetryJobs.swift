internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct RetryJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Queue failed or cancelled jobs again.",
        discussion: """
            A job keeps its id and what it was told; the runs of its earlier attempts stay. One that waits for its next \
            attempt goes on at once. With the last job of a sweep, or of a forest in shards, those that did not succeed are \
            queued again.

            Example: coppice jobs retry 12
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Ids of the jobs.")
    var jobs: [Job.ID]

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        var results: [JSON] = []
        for job in jobs {
            let before = try await store.retry(job)
            let isQueued = [.failed, .cancelled, .scheduled].contains(before)
            if output.json {
                results.append([
                    "id": .int(job.rawValue), "state_before": .string(before.rawValue), "queued": .bool(isQueued),
                ])
            } else {
                print("job \(job): \(isQueued ? "queued again" : "left alone, it is \(before.rawValue)")")
            }
        }
        if output.json { JSON.object([.init("jobs", .array(results))]).print() }
    }
}
