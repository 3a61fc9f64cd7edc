import Plots
import Testing

@Suite("Gnuplot commands")
struct GnuplotCommandTests {
    @Test(
        "Text becomes one string literal, whatever is in it",
        arguments: [
            ("plain text 7", #""plain text 7""#), ("it's", #""it\0047s""#), ("a\nb\r\nc\td", #""a b  c d""#),
            ("`id`", #""\0140id\0140""#), ("\"@x\\n", #""\0042\0100x\0134n""#),
            ("%_^{#;", #""\0045\0137\0136\0173\0043\0073""#),
            ("\u{0}\u{1B}[31m", "\"\u{FFFD}\u{FFFD}\\013331m\""), ("\u{202E}abc", "\"\u{FFFD}abc\""),
            ("größe ΔT 温度", "\"größe ΔT 温度\""), ("", "\"\""),
        ]
    )
    func text(text: String, literal: String) {
        let command: GnuplotCommand = "set title \(text)"
        #expect(command.text == "set title " + literal)
    }

    @Test("A tic label doubles the percent sign, which would be a format there")
    func tic() {
        let command: GnuplotCommand = "set ytics (\(tic: "50%'s") \(-1))"
        #expect(command.text == #"set ytics ("50\0045\0045\0047s" -1)"#)
    }

    @Test("Numbers stand as they are")
    func numbers() {
        let command: GnuplotCommand = "set xrange [\(0.1):\(12)]"
        #expect(command.text == "set xrange [0.1:12]")
    }
}
