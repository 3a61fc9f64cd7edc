/// A type of MLflow's GraphQL schema, which mirrors the messages of the REST API: the field `runUuid` is `run_uuid` there.
struct GraphQLType: Sendable {
    indirect enum Kind: Sendable {
        case text
        /// 64 bits, as a string: JavaScript's numbers have 53.
        case long
        case float
        case boolean
        case texts
        case object(GraphQLType)
        case list(GraphQLType)
        /// What only MLflow's other backends fill.
        case nothing
    }

    let name: String
    let fields: [String: Kind]

    /// The part of a message that a query selects. What the message leaves out has protobuf's default.
    ///
    /// Throws `GraphQLError` for a field that the type does not have.
    func select(_ selections: [GraphQLField], of message: JSONValue?) throws(GraphQLError) -> JSONValue {
        var members: [JSONValue.Member] = []
        for field in selections {
            guard field.name != "__typename" else {
                members.append(JSONValue.Member(name: field.key, value: .string(name)))
                continue
            }
            guard let kind = fields[field.name] else {
                throw GraphQLError(message: "Cannot query field '\(field.name)' on type '\(name)'.")
            }
            let value = message?[Self.wireName(field.name)]
            members.append(JSONValue.Member(name: field.key, value: try kind.select(field, of: value)))
        }
        return .object(members)
    }

    static func wireName(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}

extension GraphQLType.Kind {
    fileprivate func select(_ field: GraphQLField, of value: JSONValue?) throws(GraphQLError) -> JSONValue {
        switch self {
        case .nothing: return .null
        case .text: return value ?? .string("")
        case .boolean: return value ?? .bool(false)
        case .texts: return value ?? .array([])
        case .long:
            guard case .number(let text) = value else { return value ?? .string("0") }
            return .string(text)
        case .float:
            // GraphQL's numbers are finite; MLflow's own store keeps the largest number for infinity.
            switch value {
            case .string("NaN"): return .null
            case .string("Infinity"): return .number("1.7976931348623157e+308")
            case .string("-Infinity"): return .number("-1.7976931348623157e+308")
            default: return value ?? .number("0")
            }
        case .object(let type):
            return try type.select(try Self.selections(of: field, type), of: value)
        case .list(let type):
            let selections = try Self.selections(of: field, type)
            guard case .array(let elements) = value else { return .array([]) }
            var selected: [JSONValue] = []
            for element in elements { selected.append(try type.select(selections, of: element)) }
            return .array(selected)
        }
    }

    private static func selections(of field: GraphQLField, _ type: GraphQLType) throws(GraphQLError) -> [GraphQLField] {
        guard !field.selections.isEmpty else {
            throw GraphQLError(
                message: "Field '\(field.name)' of type '\(type.name)' must have a selection of subfields. "
                    + "Did you mean '\(field.name) { ... }'?"
            )
        }
        return field.selections
    }
}
