internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Tracking

struct ListRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List runs, newest first, with what they measured.",
        discussion: """
            Conditions add up. A run is named in other commands by its id or the first few digits of it.

            Example: the five best runs of an experiment
              coppice runs list --experiment mlflow_quickstart --order-by rmse --limit 5
            Example: good ones with shallow trees
              coppice runs list --metric 'rmse<55' --param max_depth=5
            Example: ids of failed runs, for a script
              coppice runs list --status FAILED --json | jq -r '.runs[].run_id'
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    @Option(help: "Only runs of this experiment, by name or number; may be given several times.")
    var experiment: [String] = []
    @Option(help: "Only runs with this status; may be given several times.")
    var status: [Run.Status] = []
    @Option(help: "Only runs with this name.")
    var name: String?
    @Option(help: ArgumentHelp("Only runs of this sweep.", valueName: "run"))
    var parent: String?
    @Option(help: ArgumentHelp("Only runs with this parameter; may be given several times.", valueName: "key=value"))
    var param: [KeyValue] = []
    @Option(help: ArgumentHelp("Only runs with this tag; may be given several times.", valueName: "key=value"))
    var tag: [KeyValue] = []
    @Option(
        help: ArgumentHelp(
            "Only runs whose latest value compares so, such as rmse<55, with < <= = != >= or >; may be given several times.",
            valueName: "condition"
        )
    )
    var metric: [MetricFilter] = []
    @Option(help: ArgumentHelp("Order by this metric, smallest first.", valueName: "metric"))
    var orderBy: String?
    @Flag(help: "With --order-by: largest first.")
    var descending = false
    @Flag(help: "Only deleted runs.")
    var deleted = false

    func validate() throws {
        guard !descending || orderBy != nil else { throw ValidationError("--descending: needs --order-by METRIC") }
    }

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice runs", size: 1))
        let runs = try await store.runs(try await query(store))
        if list.json {
            JSON.object([.init("runs", .array(runs.map(\.json)))]).print()
            return
        }
        var table = TextTable([
            .init("run"), .init("experiment", shrinks: true), .init("name", shrinks: true), .init("status"),
            .init("started"), .init("took", .right), .init("metrics", shrinks: true),
        ])
        for run in runs {
            table.add([
                run.shortID, run.experimentName, run.name, run.statusText,
                run.startedAt.map { HumanReadable.relative($0) },
                run.duration.map { HumanReadable.duration(.seconds($0)) }, run.metricsText,
            ])
        }
        table.print(empty: "No such runs. `submit train` makes one.")
    }

    private func query(_ store: TrackingStore) async throws -> RunQuery {
        var query = RunQuery()
        for name in experiment { query.experiments.append(try await store.experiment(name).id) }
        query.statuses = status
        query.name = name
        if let parent { query.parent = try await store.run(startingWith: parent).id }
        query.params = param.dictionary
        query.tags = tag.dictionary
        query.metrics = metric.map(\.condition)
        query.order = orderBy.map { RunQuery.Order(metric: $0, ascending: !descending) }
        query.view = deleted ? .deletedOnly : .activeOnly
        query.limit = list.limit
        return query
    }
}
