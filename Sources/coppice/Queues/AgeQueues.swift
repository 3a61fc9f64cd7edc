internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct AgeQueues: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ageing",
        abstract: "See or set how long a job waits to be worth one step of priority more.",
        discussion: """
            The job with the highest priority + waited / step is claimed first. So a job of priority 0 waits behind those of \
            priority 10 that come within ten steps after it, and no longer: with the default of 10m, 100 minutes. A step of \
            1000d makes priorities absolute. Setting it needs the rights of coppice_admin.

            Example: coppice queues ageing 1h
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: ArgumentHelp("1s to 1000d; without it, shows what is set.", valueName: "duration"))
    var step: DurationArgument?

    func run() async throws {
        let store = QueueStore(pool: try await database.open(program: "coppice queues", size: 1))
        if let step { try await store.setPriorityStep(step.duration) }
        let present = DurationArgument(try await store.priorityStep())
        print("a job gains one step of priority for each \(present) that it waits")
    }
}
