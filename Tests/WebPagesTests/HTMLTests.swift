import Foundation
import Testing

@testable import WebPages

@Suite("HTML that escapes by construction")
struct HTMLTests {
    @Test("Text is escaped wherever it is interpolated")
    func escapes() {
        let name = "<script>alert('x')</script> & \"more\""
        let html: HTML = "<p title=\"\(name)\">\(name)</p>"
        let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("HTML within HTML is not escaped again")
    func nests() {
        let inner: HTML = "<b>\("<")</b>"
        let outer: HTML = "<p>\(inner)\([inner, inner])\(Optional<HTML>.none)</p>"
        #expect(outer.text == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b></p>")
    }

    @Test("Control characters become the replacement character")
    func controls() {
        let (bad, good) = ("a\u{0}b\u{1B}[31m\u{C}", "a\tb\nc")
        let html: HTML = "\(bad) \(good)"
        #expect(html.text == "a\u{FFFD}b\u{FFFD}[31m\u{FFFD} a\tb\nc")
    }

    @Test("An attribute without a value is left out")
    func attributes() {
        let html: HTML =
            "<i\(attribute: "class", nil)\(attribute: "id", "\"")\(flag: "hidden", true)\(flag: "open", false)>"
        #expect(html.text == "<i id=\"&quot;\" hidden>")
    }

    @Test("Coordinates have two decimals at most, and are numbers always")
    func coordinates() {
        let html: HTML =
            "\(svg: 1.005) \(svg: -0.25) \(svg: 3) \(svg: 2.5) \(svg: .nan) \(svg: .infinity) \(svg: -0.004)"
        #expect(html.text == "1 -0.25 3 2.5 0 0 0" || html.text == "1.01 -0.25 3 2.5 0 0 0")
    }
}

@Suite("Addresses of pages")
struct LocationTests {
    @Test("Parts of the path are encoded, slashes and dots too")
    func parts() {
        #expect(Location("models", "a/b c", "1").description == "/models/a%2Fb%20c/1")
        #expect(Location("models", "..", "x").description == "/models/-/x")
        #expect(Location().description == "/")
    }

    @Test("Queries are encoded, and what is nil is left out")
    func queries() {
        let location = Location("runs", query: ["q": "a & b='c'", "page": nil])
        #expect(location.description == "/runs?q=a%20%26%20b%3D%27c%27")
        #expect(location.setting("q", "x").description == "/runs?q=x")
        #expect(location.setting("q", nil).adding("run", "1").adding("run", "2").description == "/runs?run=1&run=2")
    }

    @Test(
        "After signing in, only places on this server are gone to",
        arguments: [
            ("/runs/1?a=b", "/runs/1?a=b"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"),
            ("", "/"), ("/a\r\nSet-Cookie: x", "/"), ("javascript:alert(1)", "/"),
        ]
    )
    func next(given: String, expected: String) {
        #expect(SignIn.next(given) == expected)
    }
}

@Suite("Tokens of forms")
struct FormTokensTests {
    @Test("A token is valid for its visitor and its process only")
    func valid() {
        let tokens = FormTokens()
        let token = tokens.token(for: "visitor")
        #expect(tokens.isValid(token, for: "visitor"))
        #expect(!tokens.isValid(token, for: "another"))
        #expect(!tokens.isValid("", for: "visitor"))
        #expect(!FormTokens().isValid(token, for: "visitor"))
    }
}

@Suite("Axes with round numbers")
struct ScaleTests {
    @Test(
        "Ticks are round, and cover the values",
        arguments: [(0.0, 97.0), (-3.2, 4.7), (54.61, 54.93), (0, 0), (1e9, 2e9)]
    )
    func covers(low: Double, high: Double) {
        let scale = Scale(covering: low...high)
        #expect(scale.lower <= low && scale.upper >= high)
        #expect((2...12).contains(scale.ticks.count))
        #expect(scale.share(scale.lower) == 0 && scale.share(scale.upper) == 1)
    }

    @Test("Steps are 1, 2 or 5 times a power of ten")
    func round() {
        #expect(Scale(covering: 0...97).ticks == [0, 20, 40, 60, 80, 100])
        #expect(Scale(covering: 0...1, ticks: 3).ticks == [0, 0.5, 1])
    }

    @Test("Only finite values count, and none of them is no axis")
    func fitting() {
        #expect(Scale(fitting: [.nan, .infinity]) == nil)
        #expect(Scale(fitting: [.nan, 1, 3])?.lower == 1)
    }
}
