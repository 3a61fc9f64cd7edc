/// How to look for elements.
enum Locator: Encodable, CustomStringConvertible {
    case css(String)
    case text(String, String?)

    var description: String {
        switch self {
        case .css(let selector): "an element '\(selector)'"
        case .text(let text, let name): "an element \(name ?? "") with the text '\(text)'"
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .css(let selector):
            try ["using": "css selector", "value": selector].encode(to: encoder)
        case .text(let text, let name):
            // XPath has no escapes in its strings.
            let quoted = text.contains("'") ? "\"\(text)\"" : "'\(text)'"
            let path = "//\(name ?? "*")[text()[normalize-space(.)=\(quoted)]]"
            try ["using": "xpath", "value": path].encode(to: encoder)
        }
    }
}
