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
    }
}
