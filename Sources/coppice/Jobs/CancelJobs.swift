internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct CancelJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel jobs.",
        discussion: """
            A job that has not begun ends at once, and so does all that waits for it; one that runs stops within moments. \
            The last job of a sweep, or of a forest in shards, is cancelled with all the others. Cancelling twice does no \
            harm.

            Example: coppice jobs cancel 12 13
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
            let (state, text) =
                switch try await store.cancel(job) {
                case .cancelled: ("cancelled", "cancelled")
                case .requested: ("requested", "asked to stop")
                case .ended(let state): (state.rawValue, "had ended before: \(state.rawValue)")
                }
            if output.json {
                results.append(["id": .int(job.rawValue), "outcome": .string(state)])
            } else {
                print("job \(job): \(text)")
            }
        }
        if output.json { JSON.object([.init("jobs", .array(results))]).print() }
    }
}
