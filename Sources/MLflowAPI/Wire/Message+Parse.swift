extension Message {
    /// A value is not what its field takes. MLflow then looks at the values itself, to say what is wrong.
    private struct Mismatch: Error {}

    /// Reads and checks a request.
    ///
    /// As in MLflow, fields that were read before one that could not be stay read. Throws `MLflowError`.
    init(_ json: JSONValue, as shape: Shape) throws(MLflowError) {
        guard case .object(let members) = json else {
            throw MLflowError(.badRequest, "The request must be a JSON object, not \(json.typeName).")
        }
        try Self.refuseTwoSpellings(json, shape)
        self.init(shape)
        var isComplete = true
        do { try read(members) } catch { isComplete = false }
        for field in shape.fields { try field.check(json, isRead: isComplete) }
        guard !isComplete else { return }
        // Types that MLflow itself does not check, or checks leniently.
        throw MLflowError(.invalidParameterValue, "The request has a value of a wrong type.\(Field.hint)")
    }

    private mutating func read(_ members: [JSONValue.Member]) throws(Mismatch) {
        for member in members {
            guard let index = shape.fields.firstIndex(where: { $0.name == member.name || $0.camelName == member.name })
            else { continue }
            guard member.value != .null else { continue }
            let field = shape.fields[index]
            if field.isRepeated {
                guard case .array(let elements) = member.value else { throw Mismatch() }
                var list: [Value] = []
                list.reserveCapacity(elements.count)
                for element in elements {
                    if let value = try Self.value(element, field.kind) { list.append(value) }
                }
                values[index] = .list(list)
            } else {
                values[index] = try Self.value(member.value, field.kind)
            }
        }
    }

    /// Nil for a name that an enum does not have, which protobuf ignores.
    private static func value(_ json: JSONValue, _ kind: Field.Kind) throws(Mismatch) -> Value? {
        switch (kind, json) {
        case (.string, .string(let text)): return .string(text)
        case (.bool, .bool(let value)): return .bool(value)
        case (.int64, _): return .integer(try integer(json))
        case (.int32, _):
            let value = try integer(json)
            guard Int32(exactly: value) != nil else { throw Mismatch() }
            return .integer(value)
        case (.double, .number(let text)), (.double, .string(let text)): return .double(try double(text))
        case (.enumeration(let type), .string(let name)):
            if let number = type.number(name) { return .integer(number) }
            guard let number = Int64(name) else { return nil }
            return type.has(number) ? .integer(number) : nil
        case (.enumeration(let type), .number):
            let number = try integer(json)
            guard type.has(number) else { throw Mismatch() }
            return .integer(number)
        case (.message(let shape), .object(let members)):
            var message = Message(shape)
            try message.read(members)
            return .message(message)
        default: throw Mismatch()
        }
    }

    private static func integer(_ json: JSONValue) throws(Mismatch) -> Int64 {
        switch json {
        case .number(let text):
            if let value = Int64(text) { return value }
            guard let value = Double(text).flatMap(Int64.init(exactly:)) else { throw Mismatch() }
            return value
        case .string(let text):
            guard let value = Int64(text), text.first != "+" else { throw Mismatch() }
            return value
        default: throw Mismatch()
        }
    }

    private static func double(_ text: String) throws(Mismatch) -> Double {
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            // Not what only `strtod` knows, such as "nan" and "0x1p3".
            let isPlain = text.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) }
            guard isPlain, let value = Double(text), value.isFinite else { throw Mismatch() }
            return value
        }
    }

    /// `run_id` and `runId` together are ambiguous.
    private static func refuseTwoSpellings(_ json: JSONValue, _ shape: Shape) throws(MLflowError) {
        guard case .object(let members) = json else { return }
        for field in shape.fields where field.name != field.camelName {
            guard members.contains(where: { $0.name == field.name }),
                members.contains(where: { $0.name == field.camelName })
            else { continue }
            throw MLflowError(
                .invalidParameterValue,
                "Request specifies both '\(field.name)' and '\(field.camelName)'; provide only one of them."
            )
        }
    }
}
