/// One gnuplot command. Text that is interpolated becomes a string literal, so that nothing in it is a command:
///
///     script.add("set xlabel \(columnName)")
///
/// In the literal, everything in ASCII but letters, digits and blanks stands as an octal escape: no quote, backquote,
/// backslash or macro is left for gnuplot to see. (Doubled quotes in a single-quoted literal do not do: gnuplot 5.4 ends
/// `'''; …'` after the second one.) Line ends and control characters are replaced. Markup such as `_` and `^` is off for
/// the whole figure.
public struct GnuplotCommand: Sendable, ExpressibleByStringInterpolation {
    public let text: String

    public init(stringLiteral text: String) {
        self.text = text
    }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Text of any origin.
        public mutating func appendInterpolation(_ string: String) { text += GnuplotCommand.literal(string) }

        /// A finite number.
        public mutating func appendInterpolation(_ number: Double) {
            precondition(number.isFinite, "gnuplot has no spelling for \(number)")
            text += "\(number)"
        }

        public mutating func appendInterpolation(_ number: Int) { text += "\(number)" }

        /// A colour, which gnuplot does not know with escapes in it.
        mutating func appendInterpolation(_ color: Color) { text += "'\(color.code)'" }

        /// A piece of a command from this package, never from data.
        public mutating func appendInterpolation(code: String) { text += code }

        /// A label of a tic mark: there gnuplot takes `%` for a number format.
        public mutating func appendInterpolation(tic label: String) {
            text += GnuplotCommand.literal(label.replacing("%", with: "%%"))
        }
    }

    static func literal(_ string: String) -> String {
        let escaped = string.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ": String(scalar)
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": " "
            case _ where isInvisible(scalar): "\u{FFFD}"
            case _ where scalar.isASCII: octal(scalar)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    private static func octal(_ scalar: Unicode.Scalar) -> String {
        // Four digits with a zero in front: of three, gnuplot would take a digit that follows for one more.
        let digits = String(scalar.value, radix: 8)
        return "\\" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Control characters, which break lines and XML, and those that turn the direction of the text around them.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        let isNoCharacter = scalar.value & 0xFFFE == 0xFFFE
        return scalar.properties.generalCategory == .control || scalar.properties.isBidiControl || isNoCharacter
    }
}
