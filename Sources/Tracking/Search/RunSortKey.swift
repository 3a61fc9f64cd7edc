internal import Postgres
internal import SearchGrammar

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Something that runs are sorted by, as SQL: a value, and for those that have none a class to come last in.
struct RunSortKey {
    enum Kind { case metric, text, time }

    let kind: Kind
    let isAscending: Bool
    /// The value of a run `r`; null where it has none.
    let value: SQL
    /// The table that the value comes from; nil for the run itself.
    let table: SQL?
    /// The name of the metric, parameter or tag.
    let key: String
    /// What `table` is called.
    let alias: SQL
    let isNullable: Bool

    /// - Parameter index: Its place in the order, from 0.
    init(_ order: SearchOrder, index: Int) {
        isAscending = order.isAscending
        key = order.field.key
        alias = SQL(unsafeRaw: "o\(index)")
        switch order.field.entity {
        case .metric: (kind, table) = (.metric, "coppice.latest_metrics")
        case .parameter: (kind, table) = (.text, "coppice.params")
        case .tag: (kind, table) = (.text, "coppice.tags")
        case .attribute, .dataset:
            table = nil
            switch order.field.key {
            case "start_time": (kind, value, isNullable) = (.time, "r.started_at", true)
            case "end_time": (kind, value, isNullable) = (.time, "r.ended_at", true)
            default: (kind, value, isNullable) = (.text, TrackingStore.column(ofAttribute: order.field.key), false)
            }
            return
        }
        value = "\(alias).value"
        isNullable = true
    }

    /// How many classes of values follow one another: numbers, NaN, nothing; or something, nothing.
    var classCount: Int { kind == .metric ? 3 : isNullable ? 2 : 1 }

    /// The class of a run's value, from 0.
    var classExpression: SQL {
        switch classCount {
        case 3: "case when \(value) is null then 2 when \(value) = 'NaN' then 1 else 0 end"
        case 2: "(\(value) is null)::integer"
        default: "0"
        }
    }

    /// That a run belongs to the class, said so that an index on the value serves.
    func isInClass(_ number: Int) -> SQL {
        switch (number, kind) {
        case (0, .metric): "\(value) < 'NaN'"
        case (0, _): isNullable ? "\(value) is not null" : "true"
        case (1, .metric): "\(value) = 'NaN'"
        default: "\(value) is null"
        }
    }

    /// Brings the value to a run `r`.
    var join: SQL {
        guard let table else { return "" }
        return "left join \(table) \(alias) on \(alias).run_no = r.run_no and \(alias).key = \(key)"
    }

    var direction: SQL { isAscending ? "asc" : "desc" }

    /// The key of the row, for a page token.
    func pageKey(_ row: Row, _ column: Int) throws -> PageToken.Key {
        switch kind {
        case .metric: try row.doubleOrNil(column).map { .number($0) } ?? .nothing
        case .text: try row.stringOrNil(column).map { .text($0) } ?? .nothing
        case .time: try row.dateOrNil(column).map { .integer($0.microseconds) } ?? .nothing
        }
    }

    /// The class that a key of a page token belongs to.
    func classNumber(of key: PageToken.Key) throws(SearchError) -> Int {
        switch (key, kind) {
        case (.nothing, _) where isNullable: return classCount - 1
        case (.number(let number), .metric): return number.isNaN ? 1 : 0
        case (.text, .text), (.integer, .time): return 0
        default: throw PageToken.foreign
        }
    }

    /// The value of a page token's key, of class 0.
    func bound(_ key: PageToken.Key) -> SQL {
        switch key {
        case .number(let number): "\(number)"
        case .text(let text): "\(text)"
        case .integer(let microseconds): "\(Date(microseconds: microseconds))"
        case .nothing: "null"
        }
    }
}

extension Date {
    /// Microseconds since 1970; PostgreSQL's resolution.
    var microseconds: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }

    init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}
