/// A value of a JSON text, numbers as they were written.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The digits, sign and exponent; also `NaN`, `Infinity` and `-Infinity`, which Python's JSON has.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in the order of the text. A name may occur twice: the last one counts.
    case object([Member])

    struct Member: Sendable, Equatable {
        let name: String
        let value: JSONValue
    }

    /// The value of a member of an object; nil if it has none, or is not an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// Python's word for the type, which MLflow's messages use.
    var typeName: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .number(let text): text.utf8.allSatisfy { Self.integerBytes.contains($0) } ? "int" : "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    private static let integerBytes = Set("-0123456789".utf8)

    /// On one line and without blanks, for error messages.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text): text
        case .string(let value): JSONWriter.text { $0.write(value) }
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { member in JSONWriter.text { $0.write(member.name) } + ":" + member.value.text }
                .joined(separator: ",") + "}"
        }
    }
}
