/// One condition of a filter: `metrics.rmse < 55`.
public struct SearchCondition: Sendable, Hashable {
    public enum Comparator: String, Sendable, Hashable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// `%` stands for any text, `_` for any character, `\` takes the meaning from the next one.
        case like = "LIKE"
        /// As `like`, whatever the case of letters.
        case iLike = "ILIKE"
        case isIn = "IN"
        case isNotIn = "NOT IN"
        case isNull = "IS NULL"
        case isNotNull = "IS NOT NULL"

        static let numeric: Set<Comparator> = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
        static let text: Set<Comparator> = [.equal, .notEqual, .like, .iLike]
        static let textOrList: Set<Comparator> = text.union([.isIn, .isNotIn])
        static let textOrNull: Set<Comparator> = text.union([.isNull, .isNotNull])
    }

    public enum Value: Sendable, Hashable {
        case number(Double)
        case string(String)
        /// At least one.
        case strings([String])
        /// Of `IS NULL` and `IS NOT NULL`.
        case nothing
    }

    public let field: SearchField
    public let comparator: Comparator
    public let value: Value

    /// The caller answers for the comparator fitting the field and the value; text that a user wrote is parsed with
    /// `SearchFilter(_:rules:)` instead.
    public init(_ field: SearchField, _ comparator: Comparator, _ value: Value) {
        self.field = field
        self.comparator = comparator
        self.value = value
    }
}

extension SearchCondition: CustomStringConvertible {
    /// The condition as it is written in a filter.
    public var description: String {
        switch value {
        case .number(let number): "\(field) \(comparator.rawValue) \(number)"
        case .string(let string): "\(field) \(comparator.rawValue) \(QuotedText.value(string))"
        case .strings(let strings):
            "\(field) \(comparator.rawValue) (\(strings.map(QuotedText.value).joined(separator: ", ")))"
        case .nothing: "\(field) \(comparator.rawValue)"
        }
    }
}
