internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct ShowJobLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a job logged, attempt by attempt.",
        discussion: """
            Example: the last attempt of job 12 failed; what did the first one say?
              coppice jobs logs 12 --attempt 1
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The job's id.")
    var job: Job.ID
    @Option(help: ArgumentHelp("Only this attempt, counted from 1.", valueName: "n"))
    var attempt: Int?
    @Flag(help: "Go on until the job has ended.")
    var follow = false
    @Flag(help: "Print one JSON object a line.")
    var json = false

    private static let pageSize = 1000

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        var position = JobStore.LogPosition.start
        while true {
            // Asked before the log is read: lines of the last moment are not missed.
            let isOver = try await store.summary(of: job).state.isFinal
            var count = Self.pageSize
            while count == Self.pageSize {
                let lines = try await store.log(of: job, attempt: attempt, after: position, limit: Self.pageSize)
                for line in lines { show(line) }
                if let last = lines.last { position = .init(attempt: last.attempt, number: last.number) }
                count = lines.count
            }
            guard follow, !isOver else { return }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    private func show(_ line: JobLogLine) {
        if json {
            JSON.object([
                .init("attempt", .int(line.attempt)),
                .init("line", .int(line.number)),
                .init("time", .date(line.loggedAt)),
                .init("level", .string(line.level)),
                .init("message", .string(line.message)),
            ]).print()
        } else {
            print("\(HumanReadable.timestamp(line.loggedAt)) \(line.attempt) \(line.level) \(line.message.printable)")
        }
    }
}
