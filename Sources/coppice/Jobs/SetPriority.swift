internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct SetPriority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: "Change how urgent a job is.",
        discussion: """
            The higher is claimed first. Of a job that runs, it counts for the next attempt.

            Example: coppice jobs priority 12 10
            A negative one: coppice jobs priority 12 -- -5
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The job's id.")
    var job: Job.ID
    @Argument(help: "-32768 to 32767.")
    var priority: Int

    func validate() throws {
        guard Int16(exactly: priority) != nil else {
            throw ValidationError("The priority is \(priority): give -32768 to 32767.")
        }
    }

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        let state = try await store.setPriority(of: job, to: Int16(priority))
        print("job \(job): " + (state.isFinal ? "left alone, it is \(state.rawValue)" : "priority \(priority)"))
    }
}
