import Testing

@testable import MLflowAPI

@Suite("What a request says of artifacts")
struct ArtifactRequestTests {
    @Test(
        "A range is within the artifact, or cannot be satisfied",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-0", .part(0..<1)), ("bytes=2-5", .part(2..<6)),
            ("bytes=5-", .part(5..<10)),
            ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)), ("bytes=8-99", .part(8..<10)),
            ("bytes=10-", .unsatisfiable), ("bytes=99-100", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=5-2", .whole), ("bytes=0-1,3-4", .whole), ("bytes=x-y", .whole), ("items=0-1", .whole),
            ("bytes=9223372036854775807-", .unsatisfiable), ("bytes=0-9223372036854775807", .part(0..<10)),
            ("bytes=99999999999999999999-", .whole), ("bytes=--1", .whole), ("bytes=", .whole),
        ]
    )
    func ranges(header: String?, expected: ByteRange) {
        #expect(ByteRange(header, size: 10) == expected)
    }

    @Test(
        "A path that climbs is found in every spelling",
        arguments: [
            "..", "../x", "a/../b", "a/..", "%2e%2e/x", "..%2fx", "%252e%252e%252fx", "a\\..\\b", "..%5cx", "a/%00",
            "%25252e%25252e/x", ".%2e/x",
        ]
    )
    func climbs(path: String) {
        #expect(ArtifactLocation.climbs(path))
    }

    @Test("Names with dots do not climb", arguments: ["a..b", "...", "a/.b/c", "v1.2..3/x", "100%", "a%2Fb"])
    func plain(path: String) {
        #expect(!ArtifactLocation.climbs(path))
    }

    @Test(
        "The type of a file follows from its name, and what could run is never guessed for it",
        arguments: [
            ("a.png", "image/png"), ("a.csv", "text/plain"), ("MLmodel", "text/plain"), ("a.js", "text/plain"),
            ("a", "application/octet-stream"), ("a.pkl", "application/octet-stream"), ("A.PNG", "image/png"),
        ]
    )
    func types(name: String, expected: String) {
        #expect(ContentType.of(name) == expected)
    }

    @Test("Forms and paths are decoded, what is not encoded stays")
    func decoding() {
        #expect(FormDecoding.text("a+b%20c%2") == "a b c%2")
        #expect(FormDecoding.path("a+b%2Fc") == "a+b/c")
        #expect(FormDecoding.path("%FF") == "\u{FFFD}")
    }
}
