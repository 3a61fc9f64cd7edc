/// A piece of HTML, escaped by construction.
///
/// Written as a string literal; what is interpolated is text and is escaped, unless it is `HTML` itself:
/// ```swift
/// let cell: HTML = "<td title=\"\(run.name)\">\(run.name)</td>"
/// ```
/// The literal is ours and taken as it is, so whatever a user wrote can stand between tags or inside the quotes of an
/// attribute, and nowhere else. Addresses are a type of their own, `Location`: text from a user is never one.
struct HTML: Sendable, Equatable {
    private(set) var text: String

    /// Text that a user may have written.
    init(_ text: some StringProtocol) {
        self.text = ""
        self.text.reserveCapacity(text.utf8.count)
        Self.escape(text, to: &self.text)
    }

    /// Nothing.
    init() { text = "" }

    private init(literal: String) { text = literal }

    /// Markup taken as it is; for what this module wrote and checked itself, never for anything a user wrote.
    static func raw(_ markup: String) -> HTML { HTML(literal: markup) }

    var isEmpty: Bool { text.isEmpty }

    static func + (left: HTML, right: HTML) -> HTML { HTML(literal: left.text + right.text) }
    static func += (left: inout HTML, right: HTML) { left.text += right.text }

    private static func escape(_ given: some StringProtocol, to text: inout String) {
        // Browsers refuse most control characters; a form feed or an escape sequence in a name must not break a page.
        for scalar in given.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\t", "\n", "\r": text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension HTML: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self.init(literal: value) }

    init(stringInterpolation: StringInterpolation) { self.init(literal: stringInterpolation.text) }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ value: some StringProtocol) { HTML.escape(value, to: &text) }
        mutating func appendInterpolation(_ value: some BinaryInteger) { text += String(value) }
        mutating func appendInterpolation(_ value: HTML) { text += value.text }
        mutating func appendInterpolation(_ value: HTML?) { text += value?.text ?? "" }
        mutating func appendInterpolation(_ values: [HTML]) { for value in values { text += value.text } }
        mutating func appendInterpolation(_ location: Location) { HTML.escape(location.description, to: &text) }

        /// An attribute without a value, such as `checked`, if it applies.
        mutating func appendInterpolation(flag name: StaticString, _ applies: Bool) {
            if applies { text += " \(name)" }
        }

        /// An attribute that is left out where there is nothing to say.
        mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            text += " \(name)=\""
            HTML.escape(value, to: &text)
            text += "\""
        }
    }
}

extension Sequence<HTML> {
    func joined(separator: HTML = "") -> HTML {
        var result = HTML()
        for (index, piece) in enumerated() {
            if index > 0 { result += separator }
            result += piece
        }
        return result
    }
}
