import Testing

@testable import CommandSupport

@Suite("Tables on a terminal")
struct TextTableTests {
    private var table: TextTable {
        var table = TextTable([.init("id", .right), .init("name", shrinks: true), .init("state")])
        table.add(["7", "a rather long name for a run", "running"])
        table.add(["12", "short", nil])
        return table
    }

    @Test("A pipe gets every character, numbers to the right, no blanks at line ends")
    func unlimited() {
        #expect(
            table.lines(width: nil) == [
                "id  name                          state",
                " 7  a rather long name for a run  running",
                "12  short                         –",
            ]
        )
    }

    @Test("On a narrow terminal the column that may shrink is cut, and only that")
    func narrow() {
        #expect(
            table.lines(width: 28) == [
                "id  name             state",
                " 7  a rather long …  running",
                "12  short            –",
            ]
        )
    }

    @Test("A terminal too narrow for the rest still gets ids whole")
    func tooNarrow() {
        #expect(table.lines(width: 5)[1] == " 7  a rathe…  running")
    }

    @Test("Wide characters take two columns")
    func wide() {
        var table = TextTable([.init("name", shrinks: true), .init("n")])
        table.add(["森の木", "1"])
        table.add(["abcdef", "2"])
        #expect(table.lines(width: nil) == ["name    n", "森の木  1", "abcdef  2"])
        #expect("森の木と葉っぱ".truncated(to: 6) == "森の…")
    }

    @Test("Nobody can steer the terminal with a name")
    func controlCharacters() {
        var table = TextTable([.init("name")])
        table.add(["a\u{1B}[2Jb\nc\u{202E}d"])
        #expect(table.lines(width: nil)[1] == "a�[2Jb�c�d")
    }
}
