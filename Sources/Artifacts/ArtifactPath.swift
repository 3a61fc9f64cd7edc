/// Where an artifact stands among those of its run: names separated by `/`, never leading out of its folder.
///
/// A value that exists is safe to append to a folder. Empty and `.` parts are dropped; everything that could climb, in
/// whatever spelling a server, a shell or another operating system might understand, is refused.
public struct ArtifactPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let maximumLength = 1000
    static let maximumNameLength = 255

    /// The normal form: no empty, `.` or `..` part, no slash at either end.
    public let description: String

    /// Throws `ArtifactError.invalidPath` that says why.
    public init(_ text: String) throws(ArtifactError) {
        description = Self.names(text).joined(separator: "/")
        // Dropping parts can uncover something: `./%2fetc`.
        if let reason = Self.objection(to: text) ?? Self.objection(to: description) {
            throw ArtifactError(.invalidPath, "the artifact path '\(text.printable)' is refused: \(reason)")
        }
        guard !description.isEmpty else {
            throw ArtifactError(.invalidPath, "the artifact path '\(text.printable)' is refused: it names nothing")
        }
    }

    private init(checked: String) {
        description = checked
    }

    /// A path that the database holds, where the same rules are a constraint.
    static func stored(_ text: String) -> ArtifactPath { ArtifactPath(checked: text) }

    /// The parts, from the outermost folder to the file.
    public var components: [String] { description.split(separator: "/").map(String.init) }

    /// The last part.
    public var name: String { components.last ?? description }

    /// The folders that it stands in, the outermost first.
    var folders: [String] {
        let parts = components
        return (1..<parts.count).map { parts[..<$0].joined(separator: "/") }
    }

    /// This path as seen from `folder`, which it stands in.
    func relative(to folder: ArtifactPath?) -> ArtifactPath {
        guard let folder else { return self }
        return ArtifactPath(checked: String(description.dropFirst(folder.description.count + 1)))
    }

    public static func < (left: ArtifactPath, right: ArtifactPath) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    private static func names(_ text: String) -> [Substring] {
        text.split(separator: "/").filter { $0 != "." }
    }

    private static func objection(to text: String) -> String? {
        if text.unicodeScalars.count > maximumLength { return "it has more than \(maximumLength) characters" }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "it contains a control character"
        }
        if text.contains("\\") { return "it contains a backslash; separate folders with /" }
        if names(text).contains(where: { $0.utf8.count > maximumNameLength }) {
            return "a part of it has more than \(maximumNameLength) bytes"
        }
        // As a reader sees it who decodes once, twice, … before looking.
        var form = text
        for _ in 0...8 {
            if let reason = climb(form) { return reason }
            let decoded = PercentDecoding.once(form)
            if decoded == form { return nil }
            form = decoded
        }
        return "it is percent-encoded too many times"
    }

    private static func climb(_ text: String) -> String? {
        if text.hasPrefix("/") || text.hasPrefix("\\") || text.hasPrefix("~") {
            return "it is absolute; begin with a name"
        }
        if text.contains("://") || text.lowercased().hasPrefix("file:") { return "it has a scheme; begin with a name" }
        let head = Array(text.utf8.prefix(2))
        if head.count == 2, head[1] == UInt8(ascii: ":"), Unicode.Scalar(head[0]).properties.isAlphabetic {
            return "it begins with a drive letter"
        }
        if text.unicodeScalars.contains("\0") { return "it contains a NUL character" }
        // Some readers end a name at one of these, and see what stands before it.
        let ends: Set<Character> = ["/", "\\", "#", "?", ";", "∕", "⁄", "／", "＼"]
        for part in text.split(whereSeparator: ends.contains) where isClimbing(part) {
            return "it climbs with '\(part)'"
        }
        return nil
    }

    /// Two dots or more and nothing else, whichever dots; also with spaces around them, which Windows ignores.
    private static func isClimbing(_ part: Substring) -> Bool {
        var dots = 0
        for scalar in part.unicodeScalars {
            switch scalar {
            case ".", "\u{FF0E}", "\u{2024}", "\u{FE52}", "\u{3002}", "\u{FF61}": dots += 1
            case "\u{2025}": dots += 2
            case "\u{2026}", "\u{FE19}": dots += 3
            default:
                guard scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint else {
                    return false
                }
            }
        }
        return dots >= 2
    }
}

extension String {
    /// Short, on one line and without control characters, for an error message.
    var printable: String {
        let visible = String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
                }
            )
        )
        return visible.count <= 80 ? visible : visible.prefix(77) + "…"
    }
}
