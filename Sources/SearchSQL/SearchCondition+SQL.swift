public import Postgres
public import SearchGrammar

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension SearchCondition {
    /// `column` compared as text.
    public func text(_ column: SQL) -> SQL {
        switch (comparator, value) {
        case (.isIn, .strings(let strings)): "\(column) = any(\(strings))"
        case (.isNotIn, .strings(let strings)): "\(column) <> all(\(strings))"
        case (.notEqual, .string(let string)): "\(column) <> \(string)"
        case (.like, .string(let string)): "\(column) like \(string)"
        case (.iLike, .string(let string)): "\(column) ilike \(string)"
        case (_, .string(let string)): "\(column) = \(string)"
        default: "false"
        }
    }

    /// The same, where nothing counts as an empty text, as in MLflow's tables.
    public func textOrEmpty(_ column: SQL) -> SQL {
        // As it stands where that is the same: an index may find it.
        if comparator == .equal, case .string(let string) = value, !string.isEmpty { return text(column) }
        return text("coalesce(\(column), '')")
    }

    /// `column`, a `double precision`, compared as a number. NaN differs from every number, and is neither more nor
    /// less than one; for PostgreSQL it is more.
    public func number(_ column: SQL) -> SQL {
        guard case .number(let number) = value else { return "false" }
        switch comparator {
        case .less: return "\(column) < \(number)"
        case .lessOrEqual: return "\(column) <= \(number)"
        case .greater: return "\(column) > \(number) and \(column) < 'NaN'"
        case .greaterOrEqual: return "\(column) >= \(number) and \(column) < 'NaN'"
        case .notEqual: return "\(column) <> \(number)"
        default: return "\(column) = \(number)"
        }
    }

    /// `column`, a `timestamptz`, compared with milliseconds since 1970.
    ///
    /// We keep microseconds; the clients that ask know milliseconds only, the column's rounded down. The column itself
    /// stands alone, so that an index on it serves.
    public func milliseconds(_ column: SQL) -> SQL {
        guard case .number(let number) = value else { return "false" }
        // Dates that PostgreSQL has, and no run: what lies beyond compares the same as the limit does.
        let limited = min(max(number, -200_000_000_000_000), 3_000_000_000_000_000)
        let (down, up) = (limited.rounded(.down), limited.rounded(.up))
        let isWhole = down == limited
        func date(_ milliseconds: Double) -> Date { Date(timeIntervalSince1970: milliseconds / 1000) }
        switch comparator {
        case .less: return "\(column) < \(date(up))"
        case .lessOrEqual: return "\(column) < \(date(down + 1))"
        case .greater: return "\(column) >= \(date(down + 1))"
        case .greaterOrEqual: return "\(column) >= \(date(up))"
        case .notEqual:
            guard isWhole else { return "\(column) is not null" }
            return "(\(column) < \(date(down)) or \(column) >= \(date(down + 1)))"
        default:
            guard isWhole else { return "false" }
            return "\(column) >= \(date(down)) and \(column) < \(date(down + 1))"
        }
    }

    /// `column`, a number without fractions, compared with what stands in quotes, or with numbers.
    public func integer(_ column: SQL) -> SQL {
        switch (comparator, value) {
        case (_, .number): number("\(column)::double precision")
        case (.notEqual, .string(let text)): "\(column) <> \(Int64(text) ?? -1)"
        case (_, .string(let text)): "\(column) = \(Int64(text) ?? -1)"
        case (.isNotIn, .strings(let texts)): "\(column) <> all(\(texts.map { Int64($0) ?? -1 }))"
        case (_, .strings(let texts)): "\(column) = any(\(texts.map { Int64($0) ?? -1 }))"
        case (_, .nothing): "false"
        }
    }

    /// Whether it compares for equality with text short enough for an index on the column `value`.
    public var isIndexedEquality: Bool {
        guard comparator == .equal, case .string(let string) = value else { return false }
        return string.utf8.count <= 1000
    }

    /// The column `value` of a parameter or a tag compared, so that the index on it can serve.
    public func indexedText(_ alias: SQL) -> SQL {
        isIndexedEquality
            ? "\(text("\(alias).value")) and octet_length(\(alias).value) <= 1000" : text("\(alias).value")
    }
}
