internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct WorkerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "See who works.",
        subcommands: [ListWorkers.self]
    )
}

struct ListWorkers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the workers, where they run and what they do.",
        discussion: "Example: coppice workers list --all"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    @Flag(help: "Also those that stopped or were lost.")
    var all = false

    func run() async throws {
        let store = WorkerStore(pool: try await database.open(program: "coppice workers", size: 1))
        let workers = try await store.list(all: all, limit: list.limit)
        if list.json {
            JSON.object([.init("workers", .array(workers.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("worker", shrinks: true), .init("state"), .init("host", shrinks: true), .init("process", .right),
            .init("version"), .init("queues", shrinks: true), .init("jobs"), .init("started"), .init("seen"),
        ])
        for worker in workers {
            let jobs = worker.jobs.isEmpty ? "" : ": " + worker.jobs.map(\.description).joined(separator: ",")
            table.add([
                worker.name, worker.state.rawValue, worker.host, String(worker.processID), worker.version,
                worker.queues.joined(separator: ","), "\(worker.jobs.count) of \(worker.concurrency)\(jobs)",
                HumanReadable.relative(worker.startedAt), HumanReadable.relative(worker.seenAt),
            ])
        }
        list.print(table, empty: "No worker is running. `worker` starts one.")
    }
}

extension WorkerSummary {
    fileprivate var json: JSON {
        [
            "name": .string(name),
            "state": .string(state.rawValue),
            "host": .string(host),
            "process_id": .int(processID),
            "version": .string(version),
            "queues": .array(queues.map(JSON.string)),
            "concurrency": .int(concurrency),
            "jobs": .array(jobs.map { .int($0.rawValue) }),
            "started_at": .date(startedAt),
            "seen_at": .date(seenAt),
            "stopped_at": .date(stoppedAt),
        ]
    }
}
