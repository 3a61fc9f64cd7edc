import Testing

@testable import Postgres

struct SQLTests {
    @Test("Interpolated values become numbered placeholders")
    func placeholders() {
        let name = "x'; drop table runs; --"
        let sql: SQL = "select \(name), \(2) where a = \(3.5)"
        #expect(sql.text == "select $1, $2 where a = $3")
        #expect(sql.valueCount == 3)
    }

    @Test("Pieces keep the order of their values")
    func fragments() {
        let filter: SQL = "b = \("two") and c = \("three")"
        let sql: SQL = "a = \("one") and \(filter) and d = \("four")"
        #expect(sql.text == "a = $1 and b = $2 and c = $3 and d = $4")
        #expect(sql.values == ["one", "two", "three", "four"].map(\.sqlValue))
    }

    @Test("Joined pieces are separated")
    func joined() {
        let pieces: [SQL] = (1...3).map { "x = \($0)" }
        #expect(pieces.joined(separator: " or ").text == "x = $1 or x = $2 or x = $3")
        #expect([SQL]().joined(separator: ", ").text == "")
    }

    @Test("A name is quoted", arguments: [("plain", "\"plain\""), ("a\"b", "\"a\"\"b\""), ("x y", "\"x y\"")])
    func identifier(name: String, quoted: String) {
        #expect(("select \(identifier: name)" as SQL).text == "select " + quoted)
    }

    @Test("nil, raw values and raw text")
    func kinds() {
        let none: Int64? = nil
        let sql: SQL = "\(none), \(Label(rawValue: "a")), \(Label?.none), \(SQL(unsafeRaw: "now()"))"
        #expect(sql.text == "$1, $2, $3, now()")
        #expect(sql.values[0] == .null(.int8))
        #expect(sql.values[1] == "a".sqlValue)
        #expect(sql.values[2].content == .null)
    }
}

struct Label: RawRepresentable, Sendable, Equatable {
    let rawValue: String
}
