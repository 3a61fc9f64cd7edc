import Testing

@testable import MLflowAPI

@Suite("JSON as Python reads it")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        var text = text
        return try text.withUTF8 { try JSONParser.parse(UnsafeRawBufferPointer($0)) }
    }

    @Test("Values of every kind are read")
    func values() throws {
        let parsed = try parse(#" {"a": [1, -2.5e3, true, null, "x"], "b": {"c": NaN, "d": -Infinity}} "#)
        #expect(parsed["a"] == .array([.number("1"), .number("-2.5e3"), .bool(true), .null, .string("x")]))
        #expect(parsed["b"]?["c"] == .number("NaN"))
        #expect(parsed["b"]?["d"] == .number("-Infinity"))
    }

    @Test("Escapes are undone, pairs of surrogates become one character")
    func escapes() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\tü🌲 \u00fc \ud83c\udf32""#) == .string("\"\\/\u{8}\u{c}\n\r\tü🌲 ü 🌲"))
        #expect(try parse(#""\ud83c!""#) == .string("\u{FFFD}!"))
    }

    @Test("Of two members of the same name the last one counts")
    func duplicates() throws {
        #expect(try parse(#"{"a": 1, "a": 2}"#)["a"] == .number("2"))
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\"}", "01", "1.", "1e", "+1", "nul", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"", "1 2",
            "'a'",
            "{a: 1}", "\"open", "-",
        ]
    )
    func refused(text: String) {
        #expect(throws: JSONParser.Failure.self) { try parse(text) }
    }

    @Test("Deep nesting is refused, and does not exhaust the stack")
    func nesting() {
        #expect(throws: JSONParser.Failure.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func encoding() {
        let bytes: [UInt8] = [0x22, 0xFF, 0xFE, 0x22]
        #expect(throws: JSONParser.Failure.self) { try bytes.withUnsafeBytes { try JSONParser.parse($0) } }
    }

    @Test("No text makes the parser trap", arguments: 0..<200)
    func fuzz(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "u", "d83c", "1", "-", "e", ".", "null", "NaN", " ", "\u{0}", "ü",
        ]
        let text = (0..<next(60)).map { _ in pieces[next(pieces.count)] }.joined()
        _ = try? parse(text)
    }
}
