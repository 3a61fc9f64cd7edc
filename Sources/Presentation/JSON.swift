#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What `--json` prints. Objects keep the order of their keys, so that output is stable and reads well.
public indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// NaN and infinities are written as the strings `"NaN"`, `"Infinity"`, `"-Infinity"`, as in the SQL views.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])
    /// Text that is JSON already, such as a `jsonb` column.
    case raw(String)

    public struct Member: Sendable, Equatable {
        public let key: String
        public let value: JSON

        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    public static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
    public static func int(_ value: (some BinaryInteger)?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }
    public static func double(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
    /// ISO 8601 in UTC with milliseconds.
    public static func date(_ value: Date?) -> JSON { value.map { .string(HumanReadable.timestamp($0)) } ?? .null }
    /// Seconds, with a fraction.
    public static func seconds(_ value: Duration?) -> JSON { value.map { .number($0 / .seconds(1)) } ?? .null }

    /// On one line, without blanks.
    public var encoded: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Prints it to standard output, on one line.
    public func print() { Swift.print(encoded) }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value) where value.isNaN: text += "\"NaN\""
        case .number(let value) where value.isInfinite: text += value < 0 ? "\"-Infinity\"" : "\"Infinity\""
        case .number(let value):
            text += value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) + ".0" : "\(value)"
        case .string(let value): Self.quote(value, to: &text)
        case .raw(let json): text += json
        case .array(let values): Self.list(values, "[", "]", to: &text) { $0.write(to: &$1) }
        case .object(let members):
            Self.list(members, "{", "}", to: &text) { member, text in
                Self.quote(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element],
        _ open: String,
        _ close: String,
        to text: inout String,
        write: (Element, inout String) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            write(element, &text)
        }
        text += close
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(stringLiteral value: String) { self = .string(value) }
}
