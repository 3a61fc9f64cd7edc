/// The parameters of a query string, decoded as HTML forms are: `+` is a blank.
public struct Query: Sendable {
    /// All of them, in the order in which they were written.
    public let entries: [(name: String, value: String)]

    public init(_ text: some StringProtocol) {
        entries = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (FormDecoding.text(parts[0]), parts.count == 2 ? FormDecoding.text(parts[1]) : "")
        }
    }

    /// The first value of a parameter.
    public subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    public func all(_ name: String) -> [String] { entries.filter { $0.name == name }.map(\.value) }

    /// The fields of a message as JSON; what the message does not have is left out. Throws `MLflowError`.
    func json(as shape: Shape) throws(MLflowError) -> JSONValue {
        var members: [JSONValue.Member] = []
        for field in shape.fields {
            let values = all(field.name)
            guard let first = values.first else { continue }
            let value: JSONValue =
                if field.isRepeated {
                    .array(values.map(JSONValue.string))
                } else if case .bool = field.kind {
                    .bool(try Self.bool(first))
                } else {
                    .string(first)
                }
            members.append(JSONValue.Member(name: field.name, value: value))
        }
        return .object(members)
    }

    private static func bool(_ text: String) throws(MLflowError) -> Bool {
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default:
            throw MLflowError(
                .invalidParameterValue,
                "Invalid boolean value: \(text), must be 'true' or 'false'."
            )
        }
    }
}

/// Undoes the encoding of forms and paths. What is not two hexadecimal digits stays; what is not UTF-8 becomes U+FFFD.
enum FormDecoding {
    static func text(_ text: some StringProtocol) -> String { decode(text, plusIsBlank: true) }
    static func path(_ text: some StringProtocol) -> String { decode(text, plusIsBlank: false) }

    private static func decode(_ text: some StringProtocol, plusIsBlank: Bool) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(byte == UInt8(ascii: "+") && plusIsBlank ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
