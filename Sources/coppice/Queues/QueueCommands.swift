internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct QueueCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "See how full the queues are; pause and resume them.",
        subcommands: [ListQueues.self, PauseQueue.self, ResumeQueue.self, AgeQueues.self]
    )
}

struct ListQueues: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the queues: how many live jobs each holds, and how fast they end.",
        discussion: """
            `oldest` is how long the job has been claimable that has been for longest; `ended/min` counts the last five \
            minutes.

            Example: coppice queues list --json
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
        let store = QueueStore(pool: try await database.open(program: "coppice queues", size: 1))
        let queues = try await store.list(limit: list.limit)
        if list.json {
            JSON.object([.init("queues", .array(queues.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("queue", shrinks: true), .init("state"), .init("running", .right), .init("queued", .right),
            .init("scheduled", .right), .init("waiting", .right), .init("oldest", .right), .init("ended/min", .right),
        ])
        for queue in queues {
            table.add([
                queue.name, queue.pausedAt.map { "paused \(HumanReadable.relative($0))" } ?? "open",
                String(queue.running),
                String(queue.queued), String(queue.scheduled), String(queue.waiting),
                queue.oldestAge.map { HumanReadable.duration($0) }, HumanReadable.number(queue.finishedPerMinute),
            ])
        }
        list.print(table, empty: "No queues yet.")
    }
}

struct PauseQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let no worker take jobs from a queue; jobs that run go on.",
        discussion: "Example: coppice queues pause default"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Name of the queue.")
    var queue: String

    func run() async throws {
        try await QueueStore(pool: try await database.open(program: "coppice queues", size: 1)).pause(queue)
        print("queue \(queue): paused; `coppice queues resume \(queue.shellWord)` opens it again")
    }
}

struct ResumeQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Open a paused queue again.",
        discussion: "Example: coppice queues resume default"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "Name of the queue.")
    var queue: String

    func run() async throws {
        try await QueueStore(pool: try await database.open(program: "coppice queues", size: 1)).resume(queue)
        print("queue \(queue): open")
    }
}

extension QueueSummary {
    fileprivate var json: JSON {
        [
            "queue": .string(name),
            "paused_at": .date(pausedAt),
            "paused_by": .text(pausedBy),
            "running": .int(running),
            "queued": .int(queued),
            "scheduled": .int(scheduled),
            "waiting": .int(waiting),
            "oldest_queued_at": .date(oldestQueuedAt),
            "oldest_age": .seconds(oldestAge),
            "finished_per_minute": .double(finishedPerMinute),
        ]
    }
}
