internal import MLflowAPI
internal import SearchGrammar
internal import Tracking

/// What the address of a table of runs says: filter, order, columns and page.
struct RunTableQuery: Sendable {
    /// MLflow's filter, as typed.
    var filter: String
    /// MLflow's order: a name, and `ASC` or `DESC`.
    var order: String?
    /// The columns that were chosen, as SearchField writes them; empty: those that tell most.
    var columns: [SearchField]
    var isDeleted: Bool
    var limit: Int
    var token: String?

    static let limits = [25, 50, 100, 250, 1000]

    init(_ query: Query) {
        filter = query["q"] ?? ""
        order = query["order"].flatMap { $0.isEmpty ? nil : $0 }
        columns = query.all("column").compactMap { text in
            (try? SearchOrder(text, rules: .runs)).map(\.field)
        }
        isDeleted = query["view"] == "deleted"
        limit = query["limit"].flatMap { Int($0) }.map { min(max($0, 1), Self.limits.last!) } ?? 50
        token = query["page"]
    }

    /// Throws `TrackingError.invalid`.
    func runQuery(of experiment: Experiment) throws(TrackingError) -> RunQuery {
        var query = try RunQuery(filter: filter, orderBy: order.map { [$0] } ?? [], pageToken: token)
        query.experiments = [experiment.id]
        // What is in a deleted experiment was deleted with it.
        query.view = isDeleted || experiment.stage == .deleted ? .deletedOnly : .activeOnly
        query.limit = limit
        return query
    }

    /// Where this table is, or another form of it, on the first page.
    func location(_ parts: String..., order: String?? = nil, isDeleted: Bool? = nil) -> Location {
        var location = Location("experiments", parts[0])
        if parts.count > 1 { location = Location("experiments", parts[0], parts[1]) }
        if !filter.isEmpty { location = location.setting("q", filter) }
        if let order = order ?? self.order { location = location.setting("order", order) }
        for column in columns { location = location.adding("column", column.description) }
        if isDeleted ?? self.isDeleted { location = location.setting("view", "deleted") }
        if limit != 50 { location = location.setting("limit", String(limit)) }
        return location
    }
}

/// Which parameters, metrics and tags a table of runs shows.
struct RunColumns: Sendable {
    /// All that the runs of this page have.
    let known: [SearchField]
    let shown: [SearchField]

    private static let metricCount = 4
    private static let paramCount = 5

    init(_ runs: [Run], chosen: [SearchField]) {
        let metrics = Set(runs.flatMap(\.metrics.keys)).sorted(by: Self.precedes)
        let params = Set(runs.flatMap(\.params.keys)).sorted()
        let tags = Set(runs.flatMap(\.tags.keys)).filter { !$0.hasPrefix("mlflow.") }.sorted()
        known =
            metrics.map { SearchField(.metric, $0) } + params.map { SearchField(.parameter, $0) }
            + tags.map { SearchField(.tag, $0) }
        if !chosen.isEmpty {
            shown = chosen
            return
        }
        // What differs tells runs apart; what is the same everywhere only takes room.
        let varied = params.filter { key in
            !Self.seeds.contains(key) && Set(runs.compactMap { $0.params[key] }).count > 1
        }
        shown =
            metrics.prefix(Self.metricCount).map { SearchField(.metric, $0) }
            + varied.prefix(Self.paramCount).map { SearchField(.parameter, $0) }
    }

    private static let seeds: Set<String> = ["random_state", "split_seed", "sample_seed"]

    /// Those that a job of ours measures first, in their order; then by name.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        let order = TrainMetricOrder.places
        let (first, second) = (order[left] ?? .max, order[right] ?? .max)
        return first != second ? first < second : left < right
    }
}
