/// What a search looks for: conditions that must all hold. MLflow's filter string, parsed.
///
/// ```
/// metrics.rmse < 55 AND params.max_depth = '5' AND tags.`data set` LIKE 'diab%' AND run_id IN ('a', 'b')
/// ```
/// A value that was parsed prints as text that parses to the same value.
public struct SearchFilter: Sendable, Hashable {
    public var conditions: [SearchCondition]

    /// A filter that everything passes, unless conditions are given.
    public init(_ conditions: [SearchCondition] = []) {
        self.conditions = conditions
    }

    /// Parses what a user wrote. Empty text is no condition. O(length).
    public init(_ text: String, rules: SearchRules) throws(SearchError) {
        var parser = SearchFilterParser(tokens: try SearchLexer.tokens(text), rules: rules)
        conditions = try parser.parse()
    }
}

extension SearchFilter: CustomStringConvertible {
    public var description: String { conditions.map(\.description).joined(separator: " AND ") }
}
