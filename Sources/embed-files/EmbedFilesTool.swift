import Foundation

/// `embed-files OUTPUT INPUT…` writes a Swift file with the text of each input as a raw string literal.
@main
struct EmbedFilesTool {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first else {
            FileHandle.standardError.write(Data("usage: embed-files OUTPUT INPUT…\n".utf8))
            exit(64)
        }
        let entries = try arguments.dropFirst().map { path in
            let url = URL(filePath: path)
            let text = try String(contentsOf: url, encoding: .utf8)
            // One more `#` than any run in the text, so that nothing in it can end the literal.
            let fence = String(repeating: "#", count: longestRun(of: "#", in: text) + 1)
            return "        (\"\(url.lastPathComponent)\", \(fence)\"\"\"\n\(text)\n\"\"\"\(fence)),"
        }
        let code = """
            /// The text files of this target, by name, in name order.
            enum EmbeddedFiles {
                static let all: [(name: String, text: String)] = [
            \(entries.joined(separator: "\n"))
                ]
            }

            """
        try code.write(to: URL(filePath: output), atomically: true, encoding: .utf8)
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        text.reduce(into: (current: 0, longest: 0)) { run, next in
            run.current = next == character ? run.current + 1 : 0
            run.longest = max(run.longest, run.current)
        }.longest
    }
}
