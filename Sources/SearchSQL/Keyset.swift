public import Postgres
public import SearchGrammar

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// An order by columns, and pages of it that begin after a row's sort keys.
///
/// For what there are thousands of; runs, of which there are millions, have an order of their own.
public struct Keyset: Sendable {
    /// A column to sort by. Rows that have nothing there come last, in either direction.
    public struct Column: Sendable {
        public enum Kind: Sendable { case text, number, integer, time }

        let value: SQL
        let kind: Kind
        let isAscending: Bool
        let isNullable: Bool

        public init(_ value: SQL, _ kind: Kind, isAscending: Bool = true, isNullable: Bool = false) {
            self.value = value
            self.kind = kind
            self.isAscending = isAscending
            self.isNullable = isNullable
        }
    }

    private let columns: [Column]
    private let after: [PageToken.Key]?

    /// - Parameter columns: Together they differ for every two rows.
    public init(_ columns: [Column], after token: PageToken?) throws(SearchError) {
        self.columns = columns
        after = try token.map { (token) throws(SearchError) in try token.keys(columns.count) }
        for (column, key) in zip(columns, after ?? []) {
            switch (key, column.kind) {
            case (.nothing, _) where column.isNullable: break
            case (.text, .text), (.number, .number), (.integer, .integer), (.integer, .time): break
            default: throw PageToken.foreign
            }
        }
    }

    /// The sort keys, for the list of what to select.
    public var selection: SQL { columns.map(\.value).joined(separator: ", ") }

    public var orderBy: SQL {
        columns.map { column -> SQL in
            let direction: SQL = column.isAscending ? "asc" : "desc"
            return "\(column.value) \(direction) nulls last"
        }.joined(separator: ", ")
    }

    /// That a row belongs to the page or a later one.
    public var condition: SQL {
        guard let after else { return "true" }
        return later(0, after)
    }

    /// Where the next page begins: after this row, whose sort keys begin at `first`.
    public func token(_ row: Row, from first: Int) throws -> PageToken {
        PageToken(
            try columns.enumerated().map { index, column in
                switch column.kind {
                case .text: try row.stringOrNil(first + index).map { .text($0) } ?? .nothing
                case .number: try row.doubleOrNil(first + index).map { .number($0) } ?? .nothing
                case .integer: try row.int64OrNil(first + index).map { .integer($0) } ?? .nothing
                case .time:
                    try row.dateOrNil(first + index).map { .integer(Self.microseconds($0)) } ?? .nothing
                }
            }
        )
    }

    /// A page and its token from rows of which there is one more than `limit` if another page follows.
    public func page<Item>(
        _ rows: Rows,
        limit: Int,
        keysFrom first: Int,
        _ item: (Row) throws -> Item
    ) throws -> SearchPage<Item> {
        let shown = rows.prefix(limit)
        return SearchPage(
            try shown.map(item),
            next: rows.count > limit ? try shown.last.map { try token($0, from: first) } : nil
        )
    }

    private func later(_ index: Int, _ after: [PageToken.Key]) -> SQL {
        guard index < columns.count else { return "false" }
        let column = columns[index]
        let rest = later(index + 1, after)
        guard let bound = bound(after[index], column.kind) else { return "(\(column.value) is null and \(rest))" }
        let sign: SQL = column.isAscending ? ">" : "<"
        let comparison: SQL =
            "(\(column.value) \(sign) \(bound) or (\(column.value) = \(bound) and \(rest)))"
        return column.isNullable ? "(\(column.value) is null or \(comparison))" : comparison
    }

    private func bound(_ key: PageToken.Key, _ kind: Column.Kind) -> SQL? {
        switch (key, kind) {
        case (.text(let text), _): "\(text)"
        case (.number(let number), _): "\(number)"
        case (.integer(let microseconds), .time): "\(Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))"
        case (.integer(let integer), _): "\(integer)"
        case (.nothing, _): nil
        }
    }

    private static func microseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }
}
