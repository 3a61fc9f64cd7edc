/// Reads conditions from tokens, by the rules of what is searched for.
///
/// As in MLflow, `AND` separates conditions and nothing else: one too many, or none between two conditions, is no
/// mistake. There is no `OR` and there are no parentheses.
struct SearchFilterParser {
    private let tokens: [SearchToken]
    private let rules: SearchRules
    private var position = 0

    init(tokens: [SearchToken], rules: SearchRules) {
        self.tokens = tokens
        self.rules = rules
    }

    mutating func parse() throws(SearchError) -> [SearchCondition] {
        var conditions: [SearchCondition] = []
        while let token = peek() {
            if token.word == "AND" {
                position += 1
            } else {
                conditions.append(try condition())
            }
        }
        return conditions
    }

    private mutating func condition() throws(SearchError) -> SearchCondition {
        guard case .name(let entity, let key, _)? = next() else { throw unexpected("a name such as metrics.rmse") }
        let (field, attribute) = try field(entity, key)
        let comparator = try comparator()
        let allowed = attribute?.comparators ?? rules.entities[field.entity] ?? []
        guard allowed.contains(comparator) else {
            let known = SearchCondition.Comparator.allCases.filter(allowed.contains).map(\.rawValue)
            throw SearchError(
                "\(comparator.rawValue) does not compare with \(field): allowed are \(known.joined(separator: ", "))"
            )
        }
        return SearchCondition(field, comparator, try value(of: field, attribute, comparator))
    }

    private func field(
        _ entity: String?,
        _ key: String
    ) throws(SearchError) -> (SearchField, SearchRules.Attribute?) {
        guard let entity else { return try attribute(key) }
        guard let known = SearchField.Entity(entity) else { throw rules.noEntity(entity, toOrder: false) }
        guard known != .attribute else { return try attribute(key) }
        guard rules.entities[known] != nil else { throw rules.noEntity(entity, toOrder: false) }
        guard known != .dataset || ["name", "digest", "context"].contains(key) else {
            throw SearchError("a dataset has no '\(key.shortened)': allowed are name, digest and context")
        }
        return (SearchField(known, key), nil)
    }

    private func attribute(_ key: String) throws(SearchError) -> (SearchField, SearchRules.Attribute?) {
        let (name, attribute) = try rules.attribute(key, toOrder: false)
        return (SearchField(.attribute, name), attribute)
    }

    private mutating func comparator() throws(SearchError) -> SearchCondition.Comparator {
        switch peek() {
        case .comparison(let text)?:
            guard let comparator = SearchCondition.Comparator(rawValue: text) else {
                throw SearchError("'\(text.shortened)' does not compare: allowed are = != < <= > >= LIKE ILIKE IN")
            }
            position += 1
            return comparator
        case let token?:
            let words: [(String, [String], SearchCondition.Comparator)] = [
                ("LIKE", [], .like), ("ILIKE", [], .iLike), ("IN", [], .isIn), ("NOT", ["IN"], .isNotIn),
                ("IS", ["NULL"], .isNull), ("IS", ["NOT", "NULL"], .isNotNull),
            ]
            for (first, others, comparator) in words where token.word == first {
                let end = position + 1 + others.count
                guard end <= tokens.count, tokens[(position + 1)..<end].map(\.word) == others else { continue }
                position = end
                return comparator
            }
            fallthrough
        case nil: throw unexpected("a comparison: = != < <= > >= LIKE ILIKE IN, NOT IN, IS NULL or IS NOT NULL")
        }
    }

    private mutating func value(
        of field: SearchField,
        _ attribute: SearchRules.Attribute?,
        _ comparator: SearchCondition.Comparator
    ) throws(SearchError) -> SearchCondition.Value {
        switch comparator {
        case .isNull, .isNotNull: return .nothing
        case .isIn, .isNotIn: return .strings(try list(of: field, attribute))
        default: break
        }
        if field.entity == .metric || attribute?.kind == .number || attribute?.kind == .wholeNumber {
            guard case .number(let number, let text)? = next() else { throw unexpected("a number") }
            guard attribute?.kind != .wholeNumber || Int64(text) != nil else {
                throw SearchError("\(field) compares with whole numbers: '\(text.shortened)' is none")
            }
            return .number(number)
        }
        let string = try string(for: field, attribute)
        guard comparator != .like && comparator != .iLike || !Self.endsInsideEscape(string) else {
            throw SearchError("the pattern '\(string.shortened)' ends with \\, which must stand before a character")
        }
        return .string(string)
    }

    private mutating func list(
        of field: SearchField,
        _ attribute: SearchRules.Attribute?
    ) throws(SearchError) -> [String] {
        guard next() == .open else { throw unexpected("a list in parentheses, such as ('a', 'b')") }
        var strings: [String] = []
        while peek() != .close {
            strings.append(try string(for: field, attribute))
            if peek() == .comma {
                position += 1
            } else if peek() != .close {
                _ = next()
                throw unexpected("a comma or the end of the list")
            }
        }
        position += 1
        guard !strings.isEmpty else { throw SearchError("the list after \(field) is empty: name at least one value") }
        return strings
    }

    private mutating func string(
        for field: SearchField,
        _ attribute: SearchRules.Attribute?
    ) throws(SearchError) -> String {
        let string: String
        switch next() {
        case .string(let text): string = text
        case .name(nil, let text, "\""): string = text
        case .name(let entity, let key, _) where rules.allowsBareValues:
            string = entity.map { "\($0).\(key)" } ?? key
        case .number(_, let text) where rules.allowsBareValues: string = text
        default: throw unexpected("text in quotes, such as 'value'")
        }
        guard attribute?.kind != .numericText || Int64(string) != nil else {
            throw SearchError("\(field) is a whole number in quotes: '\(string.shortened)' is none")
        }
        return string
    }

    /// A pattern's last backslash would take the meaning from nothing.
    private static func endsInsideEscape(_ pattern: String) -> Bool {
        pattern.unicodeScalars.reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    private func peek() -> SearchToken? { position < tokens.count ? tokens[position] : nil }

    private mutating func next() -> SearchToken? {
        defer { position += 1 }
        return peek()
    }

    /// Called after the wrong token was taken, or at the one that does not fit.
    private func unexpected(_ expected: String) -> SearchError {
        let index = min(max(position - 1, 0), tokens.count)
        let found =
            position > tokens.count || tokens.isEmpty
            ? "the end" : "'\(tokens[min(index, tokens.count - 1)].text.shortened)'"
        return SearchError("the filter cannot be read at \(found): expected is \(expected)")
    }
}
