internal import Postgres
internal import SearchGrammar

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The order of a search as SQL, cut into segments.
///
/// Runs whose first key is a number come before those where it is NaN, and those before the ones that have none. Each
/// of these segments is a query of its own, sorted by the bare value, so that an index gives the order and a page costs
/// what a page costs. Only where a segment ends within a page is the next one asked.
struct RunOrder {
    let keys: [RunSortKey]
    /// Where a page starts; nil for the first page.
    let after: [PageToken.Key]?
    /// Whether the start time breaks ties; not if it is in the order itself.
    let hasTimeTie: Bool

    init(_ query: RunQuery) throws(SearchError) {
        keys = query.order.enumerated().map { index, order in RunSortKey(order, index: index) }
        hasTimeTie = !query.order.contains { $0.field == SearchField(.attribute, "start_time") }
        let count = keys.count + (hasTimeTie ? 2 : 1)
        after = try query.after.map { (token) throws(SearchError) in try token.keys(count) }
        guard let after else { return }
        for (key, sortKey) in zip(after, keys) { _ = try sortKey.classNumber(of: key) }
        guard case .text = after[count - 1] else { throw PageToken.foreign }
        if hasTimeTie {
            switch after[count - 2] {
            case .nothing, .integer: break
            default: throw PageToken.foreign
            }
        }
    }

    /// The segments that are left, in order.
    func segments() throws(SearchError) -> Range<Int> {
        guard let first = keys.first else { return 0..<1 }
        return
            (try after.map { (after) throws(SearchError) in try first.classNumber(of: after[0]) } ?? 0)..<first
            .classCount
    }

    /// Columns of the page: the sort keys, in order; what `token` reads.
    var columns: SQL {
        (keys.map(\.value) + (hasTimeTie ? ["r.started_at"] : []) + ["r.run_id"]).joined(separator: ", ")
    }

    /// The token of the page that ends with this row, whose sort keys begin at `column`.
    func token(_ row: Row, from column: Int) throws -> PageToken {
        var pageKeys = try keys.enumerated().map { index, key in try key.pageKey(row, column + index) }
        var next = column + keys.count
        if hasTimeTie {
            pageKeys.append(try row.dateOrNil(next).map { .integer($0.microseconds) } ?? .nothing)
            next += 1
        }
        pageKeys.append(.text(try row.string(next)))
        return PageToken(pageKeys)
    }

    func orderBy(segment: Int) -> SQL {
        var terms: [SQL] = []
        for (index, key) in keys.enumerated() {
            if index == 0 {
                // All others of its classes have nothing to compare.
                if segment == 0 { terms.append("\(key.value) \(key.direction)") }
            } else {
                if key.classCount > 1 { terms.append(key.classExpression) }
                terms.append("\(key.value) \(key.direction)")
            }
        }
        if hasTimeTie { terms.append("r.started_at desc") }
        return (terms + ["r.run_id"]).joined(separator: ", ")
    }

    /// That a run of the segment comes after the token.
    func isAfter(segment: Int) throws(SearchError) -> SQL? {
        guard let after else { return nil }
        guard let first = keys.first else { return try later(0, after) }
        guard try first.classNumber(of: after[0]) == segment else { return nil }
        guard segment == 0 else { return try later(1, after) }
        let (value, bound) = (first.value, first.bound(after[0]))
        let sign: SQL = first.isAscending ? ">" : "<"
        // The first comparison says the same as the others, and where in the index to begin.
        return "\(value) \(sign)= \(bound) and (\(value) \(sign) \(bound) or (\(try later(1, after))))"
    }

    /// That a run comes later by its keys from `index` on, those before being equal.
    private func later(_ index: Int, _ after: [PageToken.Key]) throws(SearchError) -> SQL {
        guard index < keys.count else { return laterByTie(after) }
        let key = keys[index]
        let number = try key.classNumber(of: after[index])
        let rest = try later(index + 1, after)
        let isHigherClass: SQL = "\(key.classExpression) > \(Int32(number))"
        guard number == 0 else {
            return "(\(isHigherClass) or (\(key.classExpression) = \(Int32(number)) and \(rest)))"
        }
        let sign: SQL = key.isAscending ? ">" : "<"
        let bound = key.bound(after[index])
        return """
            (\(isHigherClass) or (\(key.classExpression) = 0 \
            and (\(key.value) \(sign) \(bound) or (\(key.value) = \(bound) and \(rest)))))
            """
    }

    private func laterByTie(_ after: [PageToken.Key]) -> SQL {
        guard case .text(let id)? = after.last else { return "false" }
        guard hasTimeTie else { return "r.run_id > \(id)" }
        // Descending, PostgreSQL puts those without a time first.
        guard case .integer(let microseconds) = after[after.count - 2] else {
            return "(r.started_at is not null or r.run_id > \(id))"
        }
        let time = Date(microseconds: microseconds)
        return "(r.started_at <= \(time) and (r.started_at < \(time) or r.run_id > \(id)))"
    }
}
