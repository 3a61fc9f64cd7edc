internal import Postgres
public import SearchGrammar
internal import SearchSQL

/// Which experiments to find, and in which order; newest first unless something else is said.
public struct ExperimentQuery: Sendable {
    public var view: LifecycleView = .activeOnly
    public var filter: SearchFilter
    public var order: [SearchOrder]
    /// How many experiments a page has, 1 to 50,000.
    public var limit = 1000
    /// Where the page starts; nil for the first.
    public var after: PageToken?

    public init(filter: SearchFilter = SearchFilter(), order: [SearchOrder] = [], after: PageToken? = nil) {
        self.filter = filter
        self.order = order
        self.after = after
    }

    /// Reads what a user wrote. Throws `TrackingError.invalid`.
    public init(filter: String, orderBy: [String] = [], pageToken: String? = nil) throws(TrackingError) {
        do throws(SearchError) {
            self.init(
                filter: try SearchFilter(filter, rules: .experiments),
                order: try SearchOrder.list(orderBy, rules: .experiments),
                after: try PageToken(ifAny: pageToken)
            )
        } catch {
            throw TrackingError(error)
        }
    }
}

extension TrackingStore {
    /// A page of the experiments that a query asks for. Throws `TrackingError.invalid`.
    public func search(_ query: ExperimentQuery) async throws -> SearchPage<Experiment> {
        try Validation.page(query.limit)
        do {
            let keyset = try Keyset(Self.columns(query.order), after: query.after)
            let stages = query.view.stages
            let conditions =
                ["e.lifecycle_stage = any(\(stages)::coppice.lifecycle_stage[])", keyset.condition]
                + query.filter.conditions.map(Self.experimentCondition)
            return try await pool.withSession { session in
                let rows = try Self.experimentRows(
                    where: conditions.joined(separator: " and "),
                    orderedBy: keyset.orderBy,
                    selecting: keyset.selection,
                    limit: query.limit + 1,
                    in: session
                )
                return try keyset.page(rows, limit: query.limit, keysFrom: Experiment.columnCount) {
                    try Experiment($0)
                }
            }
        } catch let error as SearchError {
            throw TrackingError(error)
        }
    }

    private static func columns(_ order: [SearchOrder]) -> [Keyset.Column] {
        guard !order.isEmpty else {
            return [
                Keyset.Column("e.created_at", .time, isAscending: false), Keyset.Column("e.experiment_id", .integer),
            ]
        }
        var columns = order.map { order -> Keyset.Column in
            switch order.field.key {
            case "name": Keyset.Column("e.name", .text, isAscending: order.isAscending)
            case "creation_time": Keyset.Column("e.created_at", .time, isAscending: order.isAscending)
            case "last_update_time": Keyset.Column("e.updated_at", .time, isAscending: order.isAscending)
            default: Keyset.Column("e.experiment_id", .integer, isAscending: order.isAscending)
            }
        }
        columns.append(Keyset.Column("e.experiment_id", .integer, isAscending: false))
        return columns
    }

    private static func experimentCondition(_ condition: SearchCondition) -> SQL {
        let key = condition.field.key
        guard condition.field.entity == .tag else {
            return switch key {
            case "name": condition.text("e.name")
            case "creation_time": condition.milliseconds("e.created_at")
            case "last_update_time": condition.milliseconds("e.updated_at")
            default: condition.integer("e.experiment_id")
            }
        }
        let value: SQL = condition.value == .nothing ? "true" : condition.text("x.value")
        let exists: SQL = """
            exists (
                select from coppice.experiment_tags x
                where x.experiment_id = e.experiment_id and x.key = \(key) and \(value)
            )
            """
        return condition.comparator == .isNull ? "not \(exists)" : exists
    }
}
