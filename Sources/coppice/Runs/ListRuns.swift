internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import SearchGrammar
internal import Tracking

struct ListRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List runs, newest first, with what they measured.",
        discussion: """
            Conditions add up. --filter takes what mlflow.search_runs takes: metrics., params., tags., attributes. and
            datasets., compared with = != < <= > >= LIKE ILIKE IN, IS NULL or IS NOT NULL, joined by AND. A run is named in other commands by its id or the first few digits of it.

            Example: the five best runs of an experiment
              coppice runs list --experiment mlflow_quickstart --order-by rmse --limit 5
            Example: good ones with shallow trees
              coppice runs list --metric 'rmse<55' --param max_depth=5
            Example: the same, and more, as a filter
              coppice runs list \\
                --filter "metrics.rmse < 55 AND params.max_depth = '5' AND tags.team = 'x'"
            Example: the points of a sweep, best first
              coppice runs list --parent 3f2a --order-by rmse
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
    @Option(help: ArgumentHelp("Only runs that this filter finds, such as \"metrics.rmse < 55\".", valueName: "filter"))
    var filter = ""
    @Option(
        help: ArgumentHelp(
            "Order by this metric, smallest first, or by params.NAME, tags.NAME or an attribute such as end_time; may be given several times.",
            valueName: "metric"
        )
    )
    var orderBy: [String] = []
    @Flag(help: "With --order-by: largest first.")
    var descending = false
    @Flag(help: "Only deleted runs.")
    var deleted = false

    func validate() throws {
        guard !descending || !orderBy.isEmpty else { throw ValidationError("--descending: needs --order-by METRIC") }
    }

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice runs", size: 1))
        var query = try await query(store)
        var runs: [Run] = []
        repeat {
            query.limit = min(list.limit - runs.count, TrackingLimits.searchPage)
            let page = try await store.search(query)
            runs += page.items
            query.after = page.next
        } while query.after != nil && runs.count < list.limit
        if list.json {
            JSON.object([.init("runs", .array(runs.map(\.json)))]).print()
            return
        }
        // Whose children they are, where any is.
        let hasParents = runs.contains { $0.parent != nil }
        var columns: [TextTable.Column] = [.init("run")]
        if hasParents { columns.append(.init("parent")) }
        columns += [
            .init("experiment", shrinks: true), .init("name", shrinks: true), .init("status"), .init("started"),
            .init("took", .right), .init("metrics", shrinks: true, minimum: 16),
        ]
        var table = TextTable(columns)
        let ordered = query.order.filter { $0.field.entity == .metric }.map(\.field.key)
        for run in runs {
            var cells: [String?] = [run.shortID]
            if hasParents { cells.append(run.parent.map { String($0.rawValue.prefix(8)) }) }
            cells += [
                run.experimentName, run.name, run.statusText, run.startedAt.map { HumanReadable.relative($0) },
                run.duration.map { HumanReadable.duration(.seconds($0)) }, run.metricsText(first: ordered),
            ]
            table.add(cells)
        }
        list.print(table, empty: "No such runs. `submit train` makes one.")
    }

    private func query(_ store: TrackingStore) async throws -> RunQuery {
        var query = try RunQuery(filter: filter)
        for name in experiment { query.experiments.append(try await store.experiment(name).id) }
        if let parent { query.parent = try await store.run(startingWith: parent).id }
        query.view = deleted ? .deletedOnly : .activeOnly
        query.filter.conditions += conditions
        query.order = try orderBy.map { text in
            let order = try SearchOrder(metricOr: text)
            return descending ? SearchOrder(order.field, isAscending: false) : order
        }
        return query
    }

    /// What the other options say, as conditions of the filter.
    private var conditions: [SearchCondition] {
        let statuses: [SearchCondition] =
            status.isEmpty
            ? [] : [SearchCondition(SearchField(.attribute, "status"), .isIn, .strings(status.map(\.rawValue)))]
        let names: [SearchCondition] =
            name.map { [SearchCondition(.init(.attribute, "run_name"), .equal, .string($0))] } ?? []
        return statuses + names + param.map { $0.condition(.parameter) } + tag.map { $0.condition(.tag) }
            + metric.map(\.condition)
    }
}

extension SearchOrder {
    /// What `--order-by` takes: the name of a metric, or anything that MLflow sorts runs by.
    fileprivate init(metricOr text: String) throws(TrackingError) {
        let isPlain = !text.contains { ".` \"".contains($0) }
        if isPlain, (try? SearchOrder(text, rules: .runs)) == nil {
            self.init(SearchField(.metric, text))
        } else {
            self = try RunQuery(filter: "", orderBy: [text]).order[0]
        }
    }
}
