extension Field {
    static let hint = " See the API docs for more information about request parameters."

    /// Makes MLflow's checks of one field, with MLflow's words.
    /// - Parameter isRead: Whether protobuf could read the whole request; types need no look then.
    func check(_ request: JSONValue, isRead: Bool) throws(MLflowError) {
        var value = request[name]
        if name == "run_id", value == nil || value == .null { value = request["run_uuid"] }
        for check in checks {
            if case .required = check {
                guard let value, value != .null, value != .string("") else { throw Self.missing(name) }
                continue
            }
            guard let value, request[name] != nil else { continue }
            switch check {
            case .typed: if !isRead, !hasType(value) { throw invalid(value) }
            case .atMost(let limit): if let number = Self.integer(value), number > limit { throw invalid(value) }
            case .within(let range, let message):
                if let number = Self.integer(value), !range.contains(number) { throw Self.refusal(message) }
            case .countAtMost(let limit, let message):
                if case .array(let elements) = value, elements.count > limit {
                    throw Self.refusal(message(elements.count))
                }
            case .elementsHave(let members):
                guard case .array(let elements) = value else { continue }
                for (index, element) in elements.enumerated() {
                    for member in members where element[member] == nil || element[member] == .string("") {
                        throw Self.missing("\(name)[\(index)].\(member)")
                    }
                }
            case .required: break
            }
        }
    }

    private func hasType(_ value: JSONValue) -> Bool {
        if isRepeated {
            guard case .array(let elements) = value else { return false }
            guard case .string = kind else { return true }
            return elements.allSatisfy { $0.typeName == "str" }
        }
        switch kind {
        case .string: return value.typeName == "str"
        case .bool: return value.typeName == "bool"
        case .int32, .int64, .enumeration: return Self.integer(value) != nil || value.typeName == "float"
        case .double:
            if case .string(let text) = value { return Double(text) != nil }
            return value.typeName == "float" || value.typeName == "int"
        case .message: return value.typeName == "dict"
        }
    }

    private static func integer(_ value: JSONValue) -> Int64? {
        switch value {
        case .number(let text), .string(let text): Int64(text) ?? Double(text).flatMap(Int64.init(exactly:))
        default: nil
        }
    }

    static func missing(_ name: String) -> MLflowError {
        refusal("Missing value for required parameter '\(name)'.")
    }

    private func invalid(_ value: JSONValue) -> MLflowError {
        Self.refusal(
            "Invalid value \(value.text) for parameter '\(name)' supplied:  Hint: Value was of type '\(value.typeName)'."
        )
    }

    private static func refusal(_ message: String) -> MLflowError {
        MLflowError(.invalidParameterValue, message + hint)
    }
}
