internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Tracking

struct ExperimentCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments",
        abstract: "List, create, delete, restore and remove experiments.",
        subcommands: [
            ListExperiments.self, CreateExperiment.self, DeleteExperiment.self, RestoreExperiment.self,
            CollectExperiments.self,
        ]
    )
}

struct ListExperiments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List experiments, newest first.",
        discussion: "Example: coppice experiments list --json"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions
    @Flag(help: "Only deleted experiments.")
    var deleted = false

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice experiments", size: 1))
        let experiments = try await store.experiments(deleted ? .deletedOnly : .activeOnly, limit: list.limit)
        if list.json {
            JSON.object([.init("experiments", .array(experiments.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("id", .right), .init("name", shrinks: true), .init("created"), .init("tags", shrinks: true),
        ])
        for experiment in experiments {
            table.add([
                experiment.id.description, experiment.name, HumanReadable.relative(experiment.createdAt),
                experiment.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "),
            ])
        }
        list.print(table, empty: "No such experiments.")
    }
}

struct CreateExperiment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an experiment and print its number.",
        discussion: """
            `submit train --experiment NAME` creates the experiment it names; this is for experiments with tags, or for \
            a script that wants the number.

            Example: coppice experiments create houses --tag team=pricing
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Its name; no other experiment may have it.")
    var name: String
    @Option(help: ArgumentHelp("A tag; may be given several times.", valueName: "key=value"))
    var tag: [KeyValue] = []

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice experiments", size: 1))
        let id = try await store.createExperiment(named: name, tags: tag.dictionary)
        if output.json {
            JSON.object([.init("experiment_id", .string(id.description)), .init("name", .string(name))]).print()
        } else {
            print(id)
        }
    }
}

struct DeleteExperiment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an experiment and its runs; `coppice experiments restore` brings them back.",
        discussion: "Example: coppice experiments delete houses"
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "Its name or number.")
    var experiment: String

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice experiments", size: 1))
        let found = try await store.experiment(experiment)
        try await store.deleteExperiment(found.id)
        print("experiment \(found.id) (\(found.name)): deleted, with its runs")
    }
}

struct RestoreExperiment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a deleted experiment and all its runs back.",
        discussion: "Example: coppice experiments restore houses"
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "Its name or number.")
    var experiment: String

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice experiments", size: 1))
        let found = try await store.experiment(experiment)
        try await store.restoreExperiment(found.id)
        print("experiment \(found.id) (\(found.name)): restored, with its runs")
    }
}

extension Experiment {
    fileprivate var json: JSON {
        [
            "experiment_id": .string(id.description),
            "name": .string(name),
            "lifecycle_stage": .string(stage.rawValue),
            "created_at": .date(createdAt),
            "updated_at": .date(updatedAt),
            "tags": .dictionary(tags.mapValues(JSON.string)),
        ]
    }
}
