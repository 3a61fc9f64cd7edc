import FoundationEssentials
import Postgres
import SearchGrammar
import TestSupport
import Testing
import Tracking

/// Pages and random filters over some sixty runs with ties, NaN and gaps, checked against the same done in memory.
@Suite(.database)
struct RunPagesTests {
    private static let keys = ["a", "b"]

    /// Runs whose metrics, parameters and tags take few values, so that there are ties of everything.
    private func makeRuns(_ fixture: Fixture, count: Int, from first: Int = 0) async throws {
        try await fixture.pool.withTransaction { session in
            for index in first..<(first + count) {
                var random = SplitMix64(state: UInt64(index))
                func maybe<Value>(_ values: [Value]) -> Value? {
                    Bool.random(using: &random) || Bool.random(using: &random)
                        ? values.randomElement(using: &random) : nil
                }
                var run = NewRun(experiment: .default, name: "r\(index % 7)", startedAt: time(1000 + index / 3))
                for key in Self.keys {
                    run.params[key] = maybe(["1", "2", "10"])
                    run.tags[key] = maybe(["x", "y"])
                }
                let number = try TrackingStore.insertRun(run, in: session)
                let metrics = Self.keys.compactMap { key in
                    maybe([1, 2, -.infinity, .infinity, .nan, 0.1]).map { value in
                        Metric(key: key, value: value, timestamp: time(0))
                    }
                }
                try TrackingStore.log(metrics: metrics, run: number, in: session)
            }
        }
    }

    private func pages(_ store: TrackingStore, _ query: RunQuery, of size: Int) async throws -> [Run.ID] {
        var query = query
        query.limit = size
        var ids: [Run.ID] = []
        repeat {
            let page = try await store.search(query)
            #expect(page.items.count == size || page.next == nil)
            ids += page.items.map(\.id)
            query.after = try page.next.map { try PageToken($0.description) }
        } while query.after != nil
        return ids
    }

    @Test(
        "Pages put together are the whole, in any order",
        arguments: [
            [], ["metrics.a"], ["metrics.a DESC"], ["metrics.a DESC", "metrics.b"], ["params.a"],
            ["params.a DESC", "tags.b"],
            ["tags.a", "start_time"], ["start_time"], ["start_time DESC"], ["end_time", "metrics.b DESC"],
            ["status", "params.b"],
            ["run_name DESC", "metrics.a"], ["run_id DESC"],
        ]
    )
    func pagesAreTheWhole(order: [String]) async throws {
        let fixture = try Fixture()
        try await makeRuns(fixture, count: 60)
        var query = try RunQuery(filter: "", orderBy: order)
        query.limit = 1000
        let whole = try await fixture.store.runs(query).map(\.id)

        #expect(whole.count == 60)
        for size in [1, 7, 60] { #expect(try await pages(fixture.store, query, of: size) == whole, "pages of \(size)") }
    }

    @Test("Runs that come in between neither repeat nor hide others")
    func pagesAreStable() async throws {
        let fixture = try Fixture()
        try await makeRuns(fixture, count: 30)
        var query = try RunQuery(filter: "", orderBy: ["metrics.a"])
        query.limit = 1000
        let before = try await fixture.store.runs(query).map(\.id)

        query.limit = 10
        let first = try await fixture.store.search(query)
        try await makeRuns(fixture, count: 30, from: 30)
        query.after = first.next
        query.limit = 1000
        let rest = try await fixture.store.runs(query).map(\.id)

        let together = first.items.map(\.id) + rest
        #expect(together.count == Set(together).count)
        #expect(together.filter(Set(before).contains) == before)
    }

    @Test("Random filters find what they say, however few are asked for")
    func randomFilters() async throws {
        let fixture = try Fixture()
        try await makeRuns(fixture, count: 60)
        var everything = RunQuery()
        everything.limit = 1000
        let runs = try await fixture.store.runs(everything)
        var random = SplitMix64(state: 99)

        for _ in 0..<150 {
            let conditions = (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.condition(&random) }
            let metric = SearchField(.metric, Self.keys.randomElement(using: &random) ?? "a")
            let orders: [[SearchOrder]] = [[], [SearchOrder(metric)], [SearchOrder(metric, isAscending: false)]]
            var query = RunQuery(filter: SearchFilter(conditions), order: orders.randomElement(using: &random) ?? [])
            query.limit = 1000
            let expected = runs.filter { run in conditions.allSatisfy { run.fulfils($0) } }.map(\.id)

            let found = try await fixture.store.runs(query).map(\.id)

            #expect(Set(found) == Set(expected), "\(query.filter) by \(query.order)")
            #expect(found.count == expected.count, "\(query.filter) by \(query.order)")
            #expect(try await pages(fixture.store, query, of: 4) == found, "\(query.filter) by \(query.order)")
        }
    }

    private static func condition(_ random: inout SplitMix64) -> SearchCondition {
        let key = keys.randomElement(using: &random) ?? "a"
        let text: [SearchCondition.Comparator] = [.equal, .notEqual, .like, .isNull, .isNotNull]
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1:
            let numeric: [SearchCondition.Comparator] = [
                .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
            ]
            return SearchCondition(
                SearchField(.metric, key),
                numeric.randomElement(using: &random) ?? .equal,
                .number([0, 0.1, 1, 2].randomElement(using: &random) ?? 0)
            )
        case let kind:
            let comparator = text.randomElement(using: &random) ?? .equal
            let values = kind == 2 ? ["1", "2", "1%"] : ["x", "y", "_"]
            return SearchCondition(
                SearchField(kind == 2 ? .parameter : .tag, key),
                comparator,
                comparator == .isNull || comparator == .isNotNull
                    ? .nothing : .string(values.randomElement(using: &random) ?? "")
            )
        }
    }
}

extension Run {
    /// What a condition means, without a database.
    fileprivate func fulfils(_ condition: SearchCondition) -> Bool {
        let key = condition.field.key
        if condition.field.entity == .metric {
            guard let value = metrics[key]?.value, case .number(let number) = condition.value else { return false }
            return switch condition.comparator {
            case .less: value < number
            case .lessOrEqual: value <= number
            case .greater: value > number
            case .greaterOrEqual: value >= number
            case .notEqual: value != number
            default: value == number
            }
        }
        let text = condition.field.entity == .tag ? tags[key] : params[key]
        guard case .string(let wanted) = condition.value else {
            return (text == nil) == (condition.comparator == .isNull)
        }
        guard let text else { return false }
        return switch condition.comparator {
        case .like: wanted == "_" ? text.count == 1 : wanted.hasSuffix("%") ? text.hasPrefix("1") : text == wanted
        case .notEqual: text != wanted
        default: text == wanted
        }
    }
}

/// The same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
