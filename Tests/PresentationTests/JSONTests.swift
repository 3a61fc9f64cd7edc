import Foundation
import Presentation
import Testing

@Suite("What --json prints")
struct JSONTests {
    @Test("Objects keep the order of their keys")
    func order() {
        let json: JSON = [
            "id": .int(7), "error": .null, "done": .bool(true), "spec": .raw("{\"a\": 1}"), "list": [.number(0.5)],
        ]
        #expect(json.encoded == #"{"id":7,"error":null,"done":true,"spec":{"a": 1},"list":[0.5]}"#)
    }

    @Test(
        "Any text survives a parser",
        arguments: ["", "a\"b\\c", "line\nfeed\ttab\r", "\u{1}\u{1F}", "žluťoučký 🌳", "\u{2028}"]
    )
    func strings(text: String) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(JSON.array([.string(text)]).encoded.utf8))
        #expect(parsed as? [String] == [text])
    }

    @Test(
        "Numbers are read back bit for bit",
        arguments: [0.1, 1.0 / 3, 1e300, .leastNonzeroMagnitude, -0.0, 123_456_789_012_345_680, 2, 53.512]
    )
    func numbers(value: Double) throws {
        let parsed = try JSONDecoder().decode([Double].self, from: Data(JSON.array([.number(value)]).encoded.utf8))
        #expect(parsed == [value])
    }

    @Test("What JSON has no number for becomes a string, as in the views")
    func notNumbers() {
        let values: JSON = [.number(.nan), .number(.infinity), .number(-.infinity)]
        #expect(values.encoded == #"["NaN","Infinity","-Infinity"]"#)
    }
}
