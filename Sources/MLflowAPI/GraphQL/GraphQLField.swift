/// A field that a GraphQL query selects, with what it selects of that field's value.
struct GraphQLField: Sendable, Equatable {
    let name: String
    /// Under which name the answer has it.
    let key: String
    /// Variables are replaced by their values.
    let arguments: [JSONValue.Member]
    let selections: [GraphQLField]
}

/// Why a query has no answer, in a sentence for its author.
struct GraphQLError: Error, Equatable {
    let message: String
}
