import Foundation
import Presentation
import Testing

@Suite("Words for a shell")
struct ShellWordTests {
    @Test("A shell reads the words that were written, whatever is in them")
    func words() throws {
        let words = [
            "plain", "models:/rf_regressor/1", "", " ", "two words", "it's", "''", "$HOME", "`id`", "$(id)", "a\\b",
            "\"",
            "a;b", "a&b", "a|b", "a>b", "*", "?", "[a]", "{a,b}", "~", "#", "!", "-x", "a=b", "new\nline", "tab\t",
            "größe 温度 🌳", "\u{1}",
        ]
        let shell = Process()
        let output = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        // Each word ends with a byte that cannot be in one.
        shell.arguments = ["-c", "printf '%s\\0' " + words.shellCommand]
        shell.standardOutput = output
        try shell.run()
        let bytes = try #require(try output.fileHandleForReading.readToEnd())
        shell.waitUntilExit()
        #expect(
            String(decoding: bytes, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false).dropLast()
                == words.map { $0[...] }[...]
        )
    }

    @Test("What needs no quotes has none")
    func plain() {
        #expect(["--data", "iris.csv", "a@b:1,2"].shellCommand == "--data iris.csv a@b:1,2")
        #expect("0..<5".shellWord == "'0..<5'")
    }
}
