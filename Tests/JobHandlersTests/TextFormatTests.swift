import Testing

@testable import JobHandlers

@Suite("Numbers and tables as text")
struct TextFormatTests {
    @Test("What JSON has no number for is a string")
    func json() {
        let text = JSONObject([("a", 0.5), ("b", .nan), ("c", -.infinity)]).text
        #expect(text == "{\n  \"a\": 0.5,\n  \"b\": \"NaN\",\n  \"c\": \"-Infinity\"\n}\n")
    }

    @Test("Fields of a CSV line are quoted where they have to be")
    func csv() {
        #expect(["a", "b,c", "d\"e", ""].csvLine == "a,\"b,c\",\"d\"\"e\",\n")
        // CR LF is one character to Swift, and so is a quote with an accent.
        #expect(["l1\r\nl2", "l1\nl2"].csvLine == "\"l1\r\nl2\",\"l1\nl2\"\n")
        #expect(["\"\u{301}x"].csvLine.unicodeScalars.elementsEqual("\"\"\"\u{301}x\"\n".unicodeScalars))
    }
}
