/// A request, read as protobuf reads JSON.
struct Message: Sendable {
    enum Value: Sendable {
        case string(String)
        case integer(Int64)
        case double(Double)
        case bool(Bool)
        case message(Message)
        case list([Value])
    }

    let shape: Shape
    var values: [Value?]

    init(_ shape: Shape) {
        self.shape = shape
        values = Array(repeating: nil, count: shape.fields.count)
    }

    /// The text of a field; nil if it was not given.
    func string(_ name: String) -> String? {
        guard case .string(let value) = value(name) else { return nil }
        return value
    }

    /// The text of a field; empty if it was not given.
    func text(_ name: String) -> String { string(name) ?? "" }

    /// The text of a field; nil if it was not given, or is empty.
    func nonEmpty(_ name: String) -> String? { string(name).flatMap { $0.isEmpty ? nil : $0 } }

    func integer(_ name: String) -> Int64? {
        guard case .integer(let value) = value(name) else { return nil }
        return value
    }

    func double(_ name: String) -> Double? {
        guard case .double(let value) = value(name) else { return nil }
        return value
    }

    func bool(_ name: String) -> Bool? {
        guard case .bool(let value) = value(name) else { return nil }
        return value
    }

    func message(_ name: String) -> Message? {
        guard case .message(let value) = value(name) else { return nil }
        return value
    }

    func strings(_ name: String) -> [String] {
        guard case .list(let values) = value(name) else { return [] }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    func messages(_ name: String) -> [Message] {
        guard case .list(let values) = value(name) else { return [] }
        return values.compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    /// Tags or parameters; of two with the same key the last one counts.
    func pairs(_ name: String) -> [String: String] {
        Dictionary(messages(name).map { ($0.text("key"), $0.text("value")) }) { _, last in last }
    }

    private func value(_ name: String) -> Value? {
        shape.index(of: name).flatMap { values[$0] }
    }
}
