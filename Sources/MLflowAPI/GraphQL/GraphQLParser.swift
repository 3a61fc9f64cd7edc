/// Reads the part of GraphQL (https://spec.graphql.org/October2021) that MLflow's pages write: one or more queries with
/// variables, arguments, aliases and directives. Fragments, mutations and subscriptions are refused; directives and the
/// types of variables are read and ignored.
struct GraphQLParser {
    private static let maximumDepth = 12
    private static let maximumFieldCount = 1000

    private var lexer: GraphQLLexer
    private let variables: JSONValue
    private var fieldCount = 0

    /// What a query selects at its root.
    ///
    /// - Parameter operation: which of several queries is meant. Throws `GraphQLError`.
    static func fields(
        of text: String,
        operation: String?,
        variables: JSONValue
    ) throws(GraphQLError) -> [GraphQLField] {
        var parser = GraphQLParser(lexer: try GraphQLLexer(text), variables: variables)
        var operations: [(name: String?, fields: [GraphQLField])] = []
        while parser.lexer.current != .end { operations.append(try parser.operation()) }
        guard let operation, !operation.isEmpty else {
            guard operations.count <= 1 else {
                throw GraphQLError(message: "Must provide operation name if query contains multiple operations.")
            }
            guard let only = operations.first else { throw GraphQLError(message: "Must provide query string.") }
            return only.fields
        }
        guard let named = operations.first(where: { $0.name == operation }) else {
            throw GraphQLError(message: "Unknown operation named '\(operation)'.")
        }
        return named.fields
    }

    private mutating func operation() throws(GraphQLError) -> (name: String?, fields: [GraphQLField]) {
        guard lexer.current != .punctuator("{") else { return (nil, try selections(depth: 0)) }
        let kind = try name()
        guard kind == "query" else {
            throw GraphQLError(message: "This server answers queries only, and no '\(kind)'.")
        }
        var operationName: String?
        if case .name(let name) = lexer.current {
            operationName = name
            try lexer.advance()
        }
        if try skip("(") {
            while try !skip(")") { try variableDefinition() }
        }
        try directives()
        return (operationName, try selections(depth: 0))
    }

    private mutating func variableDefinition() throws(GraphQLError) {
        try expect("$")
        _ = try name()
        try expect(":")
        try type()
        if try skip("=") { _ = try value(depth: 0) }
        try directives()
    }

    private mutating func type() throws(GraphQLError) {
        if try skip("[") {
            try type()
            try expect("]")
        } else {
            _ = try name()
        }
        _ = try skip("!")
    }

    private mutating func selections(depth: Int) throws(GraphQLError) -> [GraphQLField] {
        guard depth < Self.maximumDepth else {
            throw GraphQLError(message: "Query exceeds maximum depth of \(Self.maximumDepth)")
        }
        try expect("{")
        var fields: [GraphQLField] = []
        while try !skip("}") { fields.append(try field(depth: depth)) }
        return fields
    }

    private mutating func field(depth: Int) throws(GraphQLError) -> GraphQLField {
        fieldCount += 1
        guard fieldCount <= Self.maximumFieldCount else {
            throw GraphQLError(message: "Query exceeds maximum total selections of \(Self.maximumFieldCount)")
        }
        guard lexer.current != .punctuator("...") else {
            throw GraphQLError(message: "This server does not know fragments; select the fields by their names.")
        }
        let key = try name()
        let name = try skip(":") ? try self.name() : key
        var arguments: [JSONValue.Member] = []
        if try skip("(") {
            while try !skip(")") {
                let argument = try self.name()
                try expect(":")
                arguments.append(JSONValue.Member(name: argument, value: try value(depth: 0)))
            }
        }
        try directives()
        let selected = lexer.current == .punctuator("{") ? try selections(depth: depth + 1) : []
        return GraphQLField(name: name, key: key, arguments: arguments, selections: selected)
    }

    private mutating func directives() throws(GraphQLError) {
        while try skip("@") {
            _ = try name()
            guard try skip("(") else { continue }
            while try !skip(")") {
                _ = try name()
                try expect(":")
                _ = try value(depth: 0)
            }
        }
    }

    private mutating func value(depth: Int) throws(GraphQLError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw GraphQLError(message: "A value is nested too deeply.") }
        if try skip("$") {
            let name = try name()
            return variables[name] ?? .null
        }
        if try skip("[") {
            var values: [JSONValue] = []
            while try !skip("]") { values.append(try value(depth: depth + 1)) }
            return .array(values)
        }
        if try skip("{") {
            var members: [JSONValue.Member] = []
            while try !skip("}") {
                let name = try name()
                try expect(":")
                members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            }
            return .object(members)
        }
        let token = lexer.current
        try lexer.advance()
        switch token {
        case .string(let text): return .string(text)
        case .number(let text): return .number(text)
        case .name("null"): return .null
        case .name("true"): return .bool(true)
        case .name("false"): return .bool(false)
        // A value of an enum.
        case .name(let text): return .string(text)
        default: throw unexpected(token)
        }
    }

    private mutating func name() throws(GraphQLError) -> String {
        guard case .name(let name) = lexer.current else { throw unexpected(lexer.current) }
        try lexer.advance()
        return name
    }

    private mutating func skip(_ text: String) throws(GraphQLError) -> Bool {
        guard lexer.current == .punctuator(text) else { return false }
        try lexer.advance()
        return true
    }

    private mutating func expect(_ text: String) throws(GraphQLError) {
        guard try skip(text) else { throw unexpected(lexer.current) }
    }

    private func unexpected(_ token: GraphQLLexer.Token) -> GraphQLError {
        GraphQLError(message: "Syntax Error: Unexpected \(token).")
    }
}
