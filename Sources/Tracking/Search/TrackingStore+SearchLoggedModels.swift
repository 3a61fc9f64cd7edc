internal import Postgres
public import SearchGrammar
internal import SearchSQL

/// Which logged models to find, and in which order; newest first unless something else is said.
public struct LoggedModelQuery: Sendable {
    /// A dataset that metrics were measured on.
    public struct Dataset: Sendable, Hashable {
        public let name: String
        /// Nil: whatever its digest.
        public let digest: String?

        public init(name: String, digest: String? = nil) {
            self.name = name
            self.digest = digest
        }
    }

    /// Something to sort by; a metric perhaps on one dataset.
    public struct Order: Sendable, Hashable {
        public let order: SearchOrder
        public let dataset: Dataset?

        public init(_ order: SearchOrder, on dataset: Dataset? = nil) {
            self.order = order
            self.dataset = dataset
        }

        /// Reads the name of a field: an attribute, or `metrics.` and a name. Throws `TrackingError.invalid`.
        public init(field: String, isAscending: Bool, on dataset: Dataset? = nil) throws(TrackingError) {
            let prefix = "metrics."
            if field.hasPrefix(prefix) {
                // Not quoted here, whatever its letters.
                order = SearchOrder(
                    SearchField(.metric, String(field.dropFirst(prefix.count))),
                    isAscending: isAscending
                )
            } else {
                do throws(SearchError) {
                    let parsed = try SearchOrder(field, rules: .loggedModels)
                    guard parsed.field.entity == .attribute else { throw SearchError("'\(field)' is no attribute") }
                    order = SearchOrder(parsed.field, isAscending: isAscending)
                } catch {
                    throw TrackingError(error)
                }
            }
            self.dataset = dataset
        }
    }

    public var experiments: [Experiment.ID]
    public var filter: SearchFilter
    /// Conditions on metrics mean metrics on one of these; without such conditions, models that have any metric on one.
    public var datasets: [Dataset] = []
    public var order: [Order] = []
    /// How many models a page has, 1 to 50,000.
    public var limit = 100
    /// Where the page starts; nil for the first.
    public var after: PageToken?

    public init(experiments: [Experiment.ID], filter: SearchFilter = SearchFilter()) {
        self.experiments = experiments
        self.filter = filter
    }

    /// Reads what a user wrote. Throws `TrackingError.invalid`.
    public init(experiments: [Experiment.ID], filter: String, pageToken: String? = nil) throws(TrackingError) {
        do throws(SearchError) {
            self.init(experiments: experiments, filter: try SearchFilter(filter, rules: .loggedModels))
            after = try PageToken(ifAny: pageToken)
        } catch {
            throw TrackingError(error)
        }
    }
}

extension TrackingStore {
    /// A page of the active logged models that a query asks for. Throws `TrackingError.invalid`.
    public func search(_ query: LoggedModelQuery) async throws -> SearchPage<LoggedModel> {
        try Validation.page(query.limit)
        do {
            let keyset = try Keyset(Self.columns(query.order), after: query.after)
            var conditions: [SQL] = [
                "g.lifecycle_stage = 'active'", "g.experiment_id = any(\(query.experiments.map(\.rawValue)))",
                keyset.condition,
            ]
            conditions += query.filter.conditions.map { Self.condition($0, on: query.datasets) }
            if !query.datasets.isEmpty, !query.filter.conditions.contains(where: { $0.field.entity == .metric }) {
                conditions.append(Self.hasMetric("true", on: query.datasets))
            }
            return try await pool.withSession { [conditions] session in
                let rows = try Self.loggedModelRows(
                    where: conditions.joined(separator: " and "),
                    orderedBy: keyset.orderBy,
                    selecting: keyset.selection,
                    limit: query.limit + 1,
                    in: session
                )
                return try keyset.page(rows, limit: query.limit, keysFrom: LoggedModel.columnCount) { row in
                    try LoggedModel(row)
                }
            }
        } catch let error as SearchError {
            throw TrackingError(error)
        }
    }

    private static func columns(_ order: [LoggedModelQuery.Order]) -> [Keyset.Column] {
        let columns = order.map { term -> Keyset.Column in
            let (field, isAscending) = (term.order.field, term.order.isAscending)
            if field.entity == .metric {
                let value: SQL = """
                    (
                        select x.value
                        from coppice.logged_model_metrics x join coppice.runs measured on measured.run_no = x.run_no
                        where x.model_no = g.model_no and x.key = \(field.key) and \(isOn(term.dataset.map { [$0] } ?? []))
                        order by x.logged_at desc, x.step desc, measured.run_id
                        limit 1
                    )
                    """
                return Keyset.Column(value, .number, isAscending: isAscending, isNullable: true)
            }
            return switch field.key {
            case "creation_timestamp": Keyset.Column("g.created_at", .time, isAscending: isAscending)
            case "last_updated_timestamp": Keyset.Column("g.updated_at", .time, isAscending: isAscending)
            default: Keyset.Column("coalesce(\(text(field.key)), '')", .text, isAscending: isAscending)
            }
        }
        return columns + [Keyset.Column("g.created_at", .time, isAscending: false), Keyset.Column("g.model_id", .text)]
    }

    private static func text(_ attribute: String) -> SQL {
        switch attribute {
        case "name": "g.name"
        case "model_id": "g.model_id"
        case "model_type": "g.model_type"
        case "status": "g.status"
        default: "r.run_id"
        }
    }

    private static func condition(_ condition: SearchCondition, on datasets: [LoggedModelQuery.Dataset]) -> SQL {
        let key = condition.field.key
        switch condition.field.entity {
        case .metric:
            return hasMetric("x.key = \(key) and \(condition.number("x.value"))", on: datasets)
        case .parameter, .tag:
            let table: SQL =
                condition.field.entity == .tag ? "coppice.logged_model_tags" : "coppice.logged_model_params"
            return """
                exists (
                    select from \(table) x
                    where x.model_no = g.model_no and x.key = \(key) and \(condition.text("x.value"))
                )
                """
        default:
            return switch key {
            case "creation_timestamp": condition.milliseconds("g.created_at")
            case "last_updated_timestamp": condition.milliseconds("g.updated_at")
            case "model_type", "source_run_id": condition.textOrEmpty(text(key))
            default: condition.text(text(key))
            }
        }
    }

    private static func hasMetric(_ condition: SQL, on datasets: [LoggedModelQuery.Dataset]) -> SQL {
        """
        exists (
            select from coppice.logged_model_metrics x
            where x.model_no = g.model_no and \(condition) and \(isOn(datasets))
        )
        """
    }

    /// That a metric `x` was measured on one of the datasets, or on any if none are named.
    private static func isOn(_ datasets: [LoggedModelQuery.Dataset]) -> SQL {
        guard !datasets.isEmpty else { return "true" }
        let alternatives = datasets.map { dataset -> SQL in
            let digest: SQL = dataset.digest.map { "x.dataset_digest = \($0)" } ?? "true"
            return "x.dataset_name = \(dataset.name) and \(digest)"
        }
        return "(\(alternatives.joined(separator: " or ")))"
    }
}
