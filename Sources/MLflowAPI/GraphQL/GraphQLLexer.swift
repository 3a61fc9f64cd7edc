/// Cuts a GraphQL text into its words.
struct GraphQLLexer {
    enum Token: Equatable, CustomStringConvertible {
        case name(String)
        case number(String)
        case string(String)
        case punctuator(String)
        case end

        var description: String {
            switch self {
            case .name(let text): "Name \"\(text)\""
            case .number(let text): "Number \"\(text)\""
            case .string(let text): "String \"\(text)\""
            case .punctuator(let text): "'\(text)'"
            case .end: "<EOF>"
            }
        }
    }

    private let bytes: [UInt8]
    private var index = 0
    private(set) var current = Token.end

    /// Throws `GraphQLError`.
    init(_ text: String) throws(GraphQLError) {
        bytes = Array(text.utf8)
        try advance()
    }

    mutating func advance() throws(GraphQLError) {
        skipIgnored()
        guard index < bytes.count else {
            current = .end
            return
        }
        let byte = bytes[index]
        switch byte {
        case _ where Self.startsName(byte):
            current = .name(take { Self.startsName($0) || Self.isDigit($0) })
        case _ where Self.isDigit(byte) || byte == UInt8(ascii: "-"):
            current = .number(take { Self.isDigit($0) || "+-.eE".utf8.contains($0) })
        case UInt8(ascii: "\""):
            current = .string(try string())
        case UInt8(ascii: "."):
            guard bytes[index...].starts(with: "...".utf8) else { throw invalid(byte) }
            index += 3
            current = .punctuator("...")
        case _ where "{}()[]:=!$@|&".utf8.contains(byte):
            index += 1
            current = .punctuator(String(Unicode.Scalar(byte)))
        default:
            throw invalid(byte)
        }
    }

    /// Blanks, commas, comments and the byte order mark.
    private mutating func skipIgnored() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: ","), 0xEF, 0xBB, 0xBF: index += 1
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
            default: return
            }
        }
    }

    private mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, belongs(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// A string on one line; its escapes are those of JSON.
    private mutating func string() throws(GraphQLError) -> String {
        let start = index
        guard !bytes[index...].starts(with: "\"\"\"".utf8) else {
            throw GraphQLError(message: "Syntax Error: this server does not know block strings.")
        }
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        let parsed = index <= bytes.count ? bytes[start..<index].withUnsafeBytes { try? JSONParser.parse($0) } : nil
        guard case .string(let text) = parsed else { throw GraphQLError(message: "Syntax Error: Unterminated string.") }
        return text
    }

    private func invalid(_ byte: UInt8) -> GraphQLError {
        GraphQLError(message: "Syntax Error: Unexpected character: '\(Unicode.Scalar(byte))'.")
    }

    private static func startsName(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
