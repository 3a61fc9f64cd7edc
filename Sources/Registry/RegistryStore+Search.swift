internal import Postgres
public import SearchGrammar
internal import SearchSQL

/// What to find in the registry, and in which order.
public struct RegistryQuery: Sendable {
    public var filter: SearchFilter
    public var order: [SearchOrder]
    /// How many a page has, 1 to 200,000.
    public var limit: Int
    /// Where the page starts; nil for the first.
    public var after: PageToken?

    public init(
        filter: SearchFilter = SearchFilter(),
        order: [SearchOrder] = [],
        limit: Int = 100,
        after: PageToken? = nil
    ) {
        self.filter = filter
        self.order = order
        self.limit = limit
        self.after = after
    }

    /// Reads what a user wrote about registered models. Throws `RegistryError.invalid`.
    public static func models(
        filter: String,
        orderBy: [String] = [],
        pageToken: String? = nil,
        limit: Int = 100
    ) throws(RegistryError) -> RegistryQuery {
        try query(filter, orderBy, pageToken, limit, .registeredModels)
    }

    /// Reads what a user wrote about model versions. Throws `RegistryError.invalid`.
    public static func versions(
        filter: String,
        orderBy: [String] = [],
        pageToken: String? = nil,
        limit: Int = 10_000
    ) throws(RegistryError) -> RegistryQuery {
        try query(filter, orderBy, pageToken, limit, .modelVersions)
    }

    private static func query(
        _ filter: String,
        _ orderBy: [String],
        _ pageToken: String?,
        _ limit: Int,
        _ rules: SearchRules
    ) throws(RegistryError) -> RegistryQuery {
        do throws(SearchError) {
            return RegistryQuery(
                filter: try SearchFilter(filter, rules: rules),
                order: try SearchOrder.list(orderBy, rules: rules),
                limit: limit,
                after: try PageToken(ifAny: pageToken)
            )
        } catch {
            throw RegistryError(.invalid, error.description)
        }
    }
}

extension RegistryStore {
    /// A page of registered models, by name unless another order is given. Throws `RegistryError.invalid`.
    ///
    /// MLflow keeps prompts in the same table, marked by a tag; they are found only by who asks for the tag.
    public func searchModels(_ query: RegistryQuery) async throws -> SearchPage<RegisteredModel> {
        try await page(query, Self.modelColumns(query.order)) { keyset, session in
            let rows = try Self.modelRows(
                where: Self.conditions(query, keyset, tags: "coppice.registered_model_tags", Self.modelCondition),
                orderedBy: keyset.orderBy,
                selecting: keyset.selection,
                limit: query.limit + 1,
                in: session
            )
            return try keyset.page(rows, limit: query.limit, keysFrom: RegisteredModel.columnCount) { row in
                try RegisteredModel(row)
            }
        }
    }

    /// A page of versions of any models, the latest changed first unless another order is given.
    ///
    /// Throws `RegistryError.invalid`.
    public func searchVersions(_ query: RegistryQuery) async throws -> SearchPage<ModelVersion> {
        try await page(query, Self.versionColumns(query.order)) { keyset, session in
            let rows = try Self.versionRows(
                where: Self.conditions(query, keyset, tags: "coppice.model_version_tags", Self.versionCondition),
                orderedBy: keyset.orderBy,
                selecting: keyset.selection,
                limit: query.limit + 1,
                in: session
            )
            return try keyset.page(rows, limit: query.limit, keysFrom: ModelVersion.columnCount) { row in
                try ModelVersion(row)
            }
        }
    }

    private func page<Item>(
        _ query: RegistryQuery,
        _ columns: [Keyset.Column],
        _ body: @Sendable (Keyset, borrowing Session) throws -> SearchPage<Item>
    ) async throws -> SearchPage<Item> {
        guard (1...200_000).contains(query.limit) else {
            throw RegistryError(.invalid, "a page cannot have \(query.limit) rows: 1 to 200000 are allowed")
        }
        do {
            let keyset = try Keyset(columns, after: query.after)
            return try await pool.withSession { session in try body(keyset, session) }
        } catch let error as SearchError {
            throw RegistryError(.invalid, error.description)
        }
    }

    private static func modelColumns(_ order: [SearchOrder]) -> [Keyset.Column] {
        order.map { order in
            order.field.key == "name"
                ? Keyset.Column("m.name", .text, isAscending: order.isAscending)
                : Keyset.Column("m.updated_at", .time, isAscending: order.isAscending)
        } + [Keyset.Column("m.name", .text)]
    }

    private static func versionColumns(_ order: [SearchOrder]) -> [Keyset.Column] {
        let given = order.map { order -> Keyset.Column in
            switch order.field.key {
            case "name": Keyset.Column("m.name", .text, isAscending: order.isAscending)
            case "version_number": Keyset.Column("v.version", .integer, isAscending: order.isAscending)
            case "creation_timestamp": Keyset.Column("v.created_at", .time, isAscending: order.isAscending)
            default: Keyset.Column("v.updated_at", .time, isAscending: order.isAscending)
            }
        }
        return (given.isEmpty ? [Keyset.Column("v.updated_at", .time, isAscending: false)] : given)
            + [Keyset.Column("m.name", .text), Keyset.Column("v.version", .integer, isAscending: false)]
    }

    private static func conditions(
        _ query: RegistryQuery,
        _ keyset: Keyset,
        tags: SQL,
        _ condition: (SearchCondition) -> SQL
    ) -> SQL {
        let promptTag = SearchField(.tag, "mlflow.prompt.is_prompt")
        let aboutPrompts = query.filter.conditions.first { $0.field == promptTag }
        let wantsPrompts =
            switch (aboutPrompts?.comparator, aboutPrompts?.value) {
            case (.equal?, .string(let text)?): text.lowercased() == "true"
            case (.notEqual?, .string(let text)?): text.lowercased() == "false"
            default: false
            }
        var conditions = [keyset.condition]
        if wantsPrompts {
            conditions += query.filter.conditions.map(condition)
        } else {
            conditions += query.filter.conditions.filter { $0.field != promptTag }.map(condition)
            conditions.append(
                """
                not exists (
                    select from \(tags) x
                    where x.registered_model_no = m.registered_model_no and x.key = \(promptTag.key) and x.value = 'true'
                )
                """
            )
        }
        return conditions.joined(separator: " and ")
    }

    private static func modelCondition(_ condition: SearchCondition) -> SQL {
        guard condition.field.entity == .tag else { return condition.text("m.name") }
        return """
            exists (
                select from coppice.registered_model_tags x
                where x.registered_model_no = m.registered_model_no and x.key = \(condition.field.key)
                    and \(condition.text("x.value"))
            )
            """
    }

    private static func versionCondition(_ condition: SearchCondition) -> SQL {
        guard condition.field.entity == .tag else {
            return switch condition.field.key {
            case "name": condition.text("m.name")
            case "run_id": condition.textOrEmpty("coalesce(r.run_id, v.external_run_id)")
            case "source_path": condition.text("v.source")
            default: condition.integer("v.version")
            }
        }
        return """
            exists (
                select from coppice.model_version_tags x
                where x.registered_model_no = v.registered_model_no and x.version = v.version
                    and x.key = \(condition.field.key) and \(condition.text("x.value"))
            )
            """
    }
}
