import Testing

@testable import Postgres

struct StatementCacheTests {
    private func name(_ decision: StatementCache.Decision) -> String? {
        switch decision {
        case .direct: nil
        case .prepare(let name, _), .prepared(let name): name
        }
    }

    @Test("A statement is prepared at its third use and then reused")
    func thirdUse() throws {
        var cache = StatementCache()
        let sql: SQL = "select \(1)"
        #expect(cache.next(sql) == .direct)
        #expect(cache.next("select \(2)") == .direct)
        let third = cache.next(sql)
        let name = try #require(self.name(third))
        #expect(third == .prepare(name: name, evicting: nil))
        #expect(cache.next(sql) == .prepared(name: name))
    }

    @Test("The same text with other types is another statement")
    func types() {
        var cache = StatementCache(usesBeforePreparing: 1)
        let integer = cache.next("select \(1 as Int64)")
        let double = cache.next("select \(1.0)")
        #expect(name(integer) != name(double))
    }

    @Test("The least recently used statement gives way")
    func eviction() throws {
        var cache = StatementCache(capacity: 2, usesBeforePreparing: 1)
        let first = try #require(name(cache.next("select 1")))
        let second = try #require(name(cache.next("select 2")))
        _ = cache.next("select 1")
        let third = cache.next("select 3")
        guard case .prepare(_, let evicted) = third else {
            Issue.record("\(third)")
            return
        }
        #expect(evicted == second)
        #expect(cache.next("select 1") == .prepared(name: first))
    }

    @Test("Statements that ran once do not pile up")
    func oneOffs() {
        var cache = StatementCache(capacity: 2)
        for number in 0..<1_000 { _ = cache.next(SQL(unsafeRaw: "select \(number)")) }
        #expect(cache.count <= 4)
    }

    @Test("Names of two connections differ")
    func names() {
        var first = StatementCache(usesBeforePreparing: 1)
        var second = StatementCache(usesBeforePreparing: 1)
        #expect(name(first.next("select 1")) != name(second.next("select 1")))
    }

    @Test("Switched off, nothing is prepared")
    func off() {
        var cache = StatementCache(isEnabled: false, usesBeforePreparing: 1)
        #expect(cache.next("select 1") == .direct)
    }
}
