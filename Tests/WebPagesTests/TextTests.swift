import Testing

@testable import WebPages

@Suite("Previews of text")
struct TextTests {
    @Test("Markdown is headings, lists, code, emphasis and links to the web")
    func markdown() {
        let text = """
            ## A *title*
            one
            two `x < 1`

            - first
            - second

            1. number
            ```
            <b>
            ```
            [site](https://example.org/?a=1&b=2)
            """
        #expect(
            Markdown(text).html.text == """
                <h3>A <em>title</em></h3><p>one two <code>x &lt; 1</code></p><ul><li>first</li><li>second</li></ul>\
                <ol><li>number</li></ol><pre tabindex="0" aria-label="Code"><code>&lt;b&gt;</code></pre>\
                <p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">site</a></p>
                """
        )
    }

    @Test(
        "What is not such a thing stays text",
        arguments: ["<img src=x>", "[a](javascript:alert(1))", "**open", "`open", "[a](", "[a]", "#hash", "* ", "***"]
    )
    func plain(text: String) {
        let html = Markdown(text).html.text
        #expect(!html.contains("<img") && !html.contains("javascript:\""))
        #expect(!html.contains("href"))
    }

    @Test("Delimited text is read leniently")
    func delimited() {
        let rows = DelimitedText("a,b\r\n\"x\n1\",\"say \"\"hi\"\"\"\n\nlast", separator: ",").rows(limit: 10)
        #expect(rows == [["a", "b"], ["x\n1", "say \"hi\""], ["last"]])
        #expect(DelimitedText("a\nb\nc\n", separator: ",").rows(limit: 2) == [["a"], ["b"]])
    }

    @Test(
        "Cells of a CSV file are quoted, and formulas are made text",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "'=1+1"),
            ("-1.5", "-1.5"),
            ("-cmd", "'-cmd"), ("a\r\nb", "\"a\r\nb\""),
        ]
    )
    func csv(cell: String, expected: String) {
        #expect(CSVLine([cell]).text == expected + "\r\n")
    }
}
