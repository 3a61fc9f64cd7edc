/// One of the things that a search sorts by: `metrics.rmse DESC`.
public struct SearchOrder: Sendable, Hashable {
    public let field: SearchField
    public let isAscending: Bool

    public init(_ field: SearchField, isAscending: Bool = true) {
        self.field = field
        self.isAscending = isAscending
    }

    /// Parses a name that `ASC` or `DESC` may follow.
    public init(_ text: String, rules: SearchRules) throws(SearchError) {
        var tokens = try SearchLexer.tokens(text)
        isAscending = tokens.last?.word != "DESC" || tokens.count == 1
        if tokens.count == 2, tokens[1].word == "ASC" || tokens[1].word == "DESC" { tokens.removeLast() }
        guard tokens.count == 1, case .name(let entity, let key, _) = tokens[0] else {
            throw SearchError(
                "'\(text.shortened)' is not something to sort by: write a name, and ASC or DESC if you like; "
                    + "a name with other characters than letters, digits, _ and . goes into `backticks`"
            )
        }
        let known = try entity.map { (name) throws(SearchError) in
            guard let known = SearchField.Entity(name) else { throw rules.noEntity(name, toOrder: true) }
            return known
        }
        if let known, known != .attribute {
            guard rules.orderable.contains(known) else { throw rules.noEntity(entity ?? "", toOrder: true) }
            field = SearchField(known, key)
        } else {
            field = SearchField(.attribute, try rules.attribute(key, toOrder: true).name)
        }
    }

    /// Parses several. Throws also if two are the same.
    public static func list(_ texts: [String], rules: SearchRules) throws(SearchError) -> [SearchOrder] {
        var orders: [SearchOrder] = []
        for text in texts {
            let order = try SearchOrder(text, rules: rules)
            guard !orders.contains(where: { $0.field == order.field }) else {
                throw SearchError("the order names \(order.field) twice: once is enough")
            }
            orders.append(order)
        }
        return orders
    }
}

extension SearchOrder: CustomStringConvertible {
    public var description: String { "\(field) \(isAscending ? "ASC" : "DESC")" }
}
