/// A piece of a filter or an order.
enum SearchToken: Hashable {
    /// A name, perhaps with an entity before it: the text before the first dot, and the rest. `quote` is what a name
    /// without an entity stands in.
    case name(entity: String?, key: String, quote: Unicode.Scalar? = nil)
    /// Text in single quotes.
    case string(String)
    /// A number, and how it is written.
    case number(Double, text: String)
    /// `=`, `!=`, `>=`, …
    case comparison(String)
    case open, close, comma

    /// A bare word such as `AND`, in upper case.
    var word: String? {
        guard case .name(nil, let key, nil) = self else { return nil }
        return key.uppercased()
    }

    /// For an error message.
    var text: String {
        switch self {
        case .name(let entity, let key, _): entity.map { "\($0).\(key)" } ?? key
        case .string(let string): "'\(string)'"
        case .number(_, let text): text
        case .comparison(let text): text
        case .open: "("
        case .close: ")"
        case .comma: ","
        }
    }
}

/// Cuts text into tokens. It reads each character once, so no text can make it slow.
struct SearchLexer {
    private let text: [Unicode.Scalar]
    private var position = 0

    static func tokens(_ text: String) throws(SearchError) -> [SearchToken] {
        guard !text.utf8.contains(0) else { throw SearchError("a NUL character is not allowed in a search") }
        var lexer = SearchLexer(text: Array(text.unicodeScalars))
        var tokens: [SearchToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private init(text: [Unicode.Scalar]) {
        self.text = text
    }

    /// Letters, digits and underscores of any script.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private mutating func next() throws(SearchError) -> SearchToken? {
        while let scalar = peek(), scalar.properties.isWhitespace { position += 1 }
        guard let scalar = peek() else { return nil }
        switch scalar {
        case "(": return take(.open)
        case ")": return take(.close)
        case ",": return take(.comma)
        case "'": return .string(try quoted())
        case "`", "\"": return try name()
        case "<", ">", "=", "!", "~": return .comparison(takeWhile { "<>=!~".unicodeScalars.contains($0) })
        case "-", ".", "0"..."9": return try number()
        default:
            guard Self.isWord(scalar) else {
                throw SearchError("'\(scalar)' is not allowed here: names with other characters go into `backticks`")
            }
            return try name()
        }
    }

    /// `name`, `entity.name`, `entity."a name"`, `` `entity`.`a name` ``, `entity.a.b.c`.
    private mutating func name() throws(SearchError) -> SearchToken {
        let quote = peek().flatMap { "`\"".unicodeScalars.contains($0) ? $0 : nil }
        let first = try part()
        guard peek() == ".", position + 1 < text.count else {
            return .name(entity: nil, key: first, quote: quote)
        }
        position += 1
        var key = try part()
        while peek() == ".", position + 1 < text.count, Self.isWord(text[position + 1]) {
            position += 1
            key += "." + (try part())
        }
        return .name(entity: first, key: key)
    }

    private mutating func part() throws(SearchError) -> String {
        switch peek() {
        case "`", "\"", "'": return try quoted()
        case let scalar? where Self.isWord(scalar): return takeWhile(Self.isWord)
        case let other: throw SearchError("a name is missing before \(other.map { "'\($0)'" } ?? "the end")")
        }
    }

    /// What stands between a quote and the next one that is alone.
    private mutating func quoted() throws(SearchError) -> String {
        let quote = text[position]
        let start = position + 1
        position = start
        while let scalar = peek() {
            if scalar == quote {
                guard position + 1 < text.count, text[position + 1] == quote else {
                    defer { position += 1 }
                    return string(start..<position)
                }
                position += 1
            }
            position += 1
        }
        throw SearchError("the quote \(quote) before '\(string(start..<text.count).shortened)' is never closed")
    }

    /// Whole numbers, decimals and exponents, with or without a minus.
    private mutating func number() throws(SearchError) -> SearchToken {
        let start = position
        if peek() == "-" { position += 1 }
        while let scalar = peek() {
            switch scalar {
            case "0"..."9", ".": break
            case "e", "E":
                if position + 1 < text.count, text[position + 1] == "-" || text[position + 1] == "+" { position += 1 }
            default:
                guard !Self.isWord(scalar) else {
                    let word = string(start..<position) + takeWhile(Self.isWord)
                    throw SearchError(
                        "'\(word.shortened)' is no number: text goes into 'quotes', and a name with other characters "
                            + "than letters, digits, _ and . into `backticks`"
                    )
                }
                return try number(string(start..<position))
            }
            position += 1
        }
        return try number(string(start..<position))
    }

    private func number(_ digits: String) throws(SearchError) -> SearchToken {
        // Swift wants digits on both sides of the point, Python on one.
        var plain = digits.replacing("-.", with: "-0.").replacing(".e", with: ".0e").replacing(".E", with: ".0e")
        if plain.hasPrefix(".") { plain = "0" + plain }
        if plain.hasSuffix(".") { plain += "0" }
        guard digits.contains(where: \.isNumber), let value = Double(plain) else {
            throw SearchError("'\(digits.shortened)' is not a number")
        }
        return .number(value, text: digits)
    }

    private func peek() -> Unicode.Scalar? { position < text.count ? text[position] : nil }

    private func string(_ range: Range<Int>) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text[range])
        return String(result)
    }

    private mutating func take(_ token: SearchToken) -> SearchToken {
        position += 1
        return token
    }

    private mutating func takeWhile(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while let scalar = peek(), belongs(scalar) { position += 1 }
        return string(start..<position)
    }
}

extension String {
    /// Short enough for an error message.
    var shortened: String { count <= 80 ? self : prefix(77) + "…" }
}
