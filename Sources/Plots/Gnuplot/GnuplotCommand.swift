/// One gnuplot command. Text that is interpolated becomes a string literal, so that nothing in it is a command:
///
///     script.add("set xlabel \(columnName)")
///
/// A single-quoted literal of gnuplot knows no escape but the doubled quote, and expands neither backquotes nor macros;
/// line ends and control characters are replaced. Markup such as `_` and `^` is off for the whole figure.
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

        /// A piece of a command from this package, never from data.
        public mutating func appendInterpolation(code: String) { text += code }

        /// A label of a tic mark: there gnuplot takes `%` for a number format.
        public mutating func appendInterpolation(tic label: String) {
            text += GnuplotCommand.literal(label.replacing("%", with: "%%"))
        }
    }

    static func literal(_ string: String) -> String {
        let visible = string.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "'": "''"
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": " "
            default: isInvisible(scalar) ? "\u{FFFD}" : String(scalar)
            }
        }
        return "'" + visible.joined() + "'"
    }

    /// Control characters, which break lines and XML, and those that turn the direction of the text around them.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        let isNoCharacter = scalar.value & 0xFFFE == 0xFFFE
        return scalar.properties.generalCategory == .control || scalar.properties.isBidiControl || isNoCharacter
    }
}
