/// A statement, or a piece of one, whose values can only bind.
///
/// Written as a string literal; interpolated values become `$1`, `$2`, … and travel apart from the text.
/// Another `SQL` can be interpolated too, so that statements are put together from checked pieces:
/// ```swift
/// let filter: SQL = "state = \(state)"
/// try session.execute("select id from coppice.jobs where \(filter) limit \(limit)")
/// ```
/// An `Int` or a `String` is left to the server to type, as a quoted literal would be; every other value says its type.
/// Where the server cannot tell (`\(name) is null`), write the type: `\(name)::text is null`.
public struct SQL: Sendable, Hashable {
    /// The text between the values; always one more than there are values.
    private(set) var texts: [String]
    private(set) var values: [SQLValue]

    init(texts: [String], values: [SQLValue]) {
        self.texts = texts
        self.values = values
    }

    /// Text taken as it is. Only for names and keywords that are ours, never for anything a user wrote.
    public init(unsafeRaw text: String) {
        self.init(texts: [text], values: [])
    }

    /// A quoted name: of a table or a column that a user chose.
    public static func identifier(_ name: String) -> SQL {
        SQL(unsafeRaw: "\"" + name.replacing("\"", with: "\"\"") + "\"")
    }

    /// The text with a placeholder for each value.
    public var text: String {
        guard texts.count > 1 else { return texts[0] }
        var result = texts[0]
        for index in 1..<texts.count {
            result += "$\(index)"
            result += texts[index]
        }
        return result
    }

    /// How many values are bound.
    public var valueCount: Int { values.count }

    public static func + (left: SQL, right: SQL) -> SQL {
        var result = left
        result += right
        return result
    }

    public static func += (left: inout SQL, right: SQL) {
        left.texts[left.texts.count - 1] += right.texts[0]
        left.texts.append(contentsOf: right.texts.dropFirst())
        left.values.append(contentsOf: right.values)
    }
}

extension SQL: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) {
        self.init(unsafeRaw: value)
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var sql = SQL(texts: [""], values: [])

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) {
            sql += SQL(unsafeRaw: literal)
        }

        public mutating func appendInterpolation(_ value: some SQLBindable) {
            sql += SQL(texts: ["", ""], values: [value.sqlValue])
        }

        /// `nil` becomes `NULL`.
        public mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            sql += SQL(texts: ["", ""], values: [value.sqlValue])
        }

        /// An identifier such as `Run.ID` binds as its raw value.
        public mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value)
        where Value.RawValue: SQLBindable {
            appendInterpolation(value.rawValue)
        }

        public mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value?)
        where Value.RawValue: SQLBindable {
            appendInterpolation(value?.rawValue)
        }

        /// Another piece of a statement.
        public mutating func appendInterpolation(_ fragment: SQL) {
            sql += fragment
        }

        /// A quoted name; see `SQL.identifier`.
        public mutating func appendInterpolation(identifier name: String) {
            sql += .identifier(name)
        }
    }
}

extension Sequence<SQL> {
    /// The pieces with `separator` between them.
    public func joined(separator: SQL) -> SQL {
        var result = SQL(texts: [""], values: [])
        for (index, piece) in enumerated() {
            if index > 0 { result += separator }
            result += piece
        }
        return result
    }
}
