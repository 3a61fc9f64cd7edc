import Testing

@testable import MLflowAPI

@Suite("GraphQL")
struct GraphQLTests {
    private func parse(
        _ text: String,
        operation: String? = nil,
        variables: JSONValue = .object([])
    ) throws -> [GraphQLField] {
        try GraphQLParser.fields(of: text, operation: operation, variables: variables)
    }

    @Test("A query's fields come with their aliases, arguments and selections")
    func fields() throws {
        let fields = try parse(
            """
            # A comment.
            query Named($data: Input! = {a: 1}, $ids: [String!]) @component(name: "x") {
                first: get(input: $data, limit: -2.5e3, view: ALL, flags: [true, null]) { id, name @skip(if: $no) }
                __typename
            }
            """,
            variables: .object([.init(name: "data", value: .object([.init(name: "id", value: .string("7"))]))])
        )
        let first = try #require(fields.first)
        #expect(fields.map(\.key) == ["first", "__typename"])
        #expect(first.name == "get" && first.selections.map(\.name) == ["id", "name"])
        #expect(
            first.arguments == [
                .init(name: "input", value: .object([.init(name: "id", value: .string("7"))])),
                .init(name: "limit", value: .number("-2.5e3")), .init(name: "view", value: .string("ALL")),
                .init(name: "flags", value: .array([.bool(true), .null])),
            ]
        )
    }

    @Test("Of several queries the one that is named counts")
    func operations() throws {
        let text = "query A { a } query B { b }"
        #expect(try parse(text, operation: "B").map(\.name) == ["b"])
        #expect(throws: GraphQLError.self) { try parse(text) }
        #expect(throws: GraphQLError.self) { try parse(text, operation: "C") }
    }

    @Test(
        "What is no query is refused",
        arguments: [
            "", "{", "{ a", "{ a( }", "{ a(b: ) }", "mutation { a }", "{ ...F }", "{ a } }", "{ a(b: \"x) }",
            "{ a(b: \"\"\"x\"\"\") }", "query ($a Int) { a }", "{ \u{0} }", "{ a(b: .5) }", "\"",
            String(repeating: "{ a ", count: 40) + String(repeating: "}", count: 40),
            "{ a(b: " + String(repeating: "[", count: 5000) + ") }", "{" + String(repeating: " a", count: 2000) + "}",
        ]
    )
    func refused(text: String) {
        #expect(throws: GraphQLError.self) { try parse(text) }
    }

    @Test("A value that is not there has protobuf's default, and numbers beyond GraphQL's are replaced")
    func defaults() throws {
        let metric = GraphQLType(name: "M", fields: ["key": .text, "value": .float, "step": .long])
        let type = GraphQLType(
            name: "T",
            fields: ["metrics": .list(metric), "more": .list(metric), "one": .object(metric)]
        )
        let selections = try parse("{ metrics { key value step } more { key } one { __typename step } }")
        let message = try #require(
            Array(#"{"metrics": [{"value": "NaN", "step": 3}, {"value": "Infinity"}]}"#.utf8).withUnsafeBytes {
                try? JSONParser.parse($0)
            }
        )
        #expect(
            try type.select(selections, of: message).text == """
                {"metrics":[{"key":"","value":null,"step":"3"},{"key":"","value":1.7976931348623157e+308,"step":"0"}],\
                "more":[],"one":{"__typename":"M","step":"0"}}
                """
        )
        #expect(throws: GraphQLError.self) { try type.select(try parse("{ nothing }"), of: message) }
        #expect(throws: GraphQLError.self) { try type.select(try parse("{ one }"), of: message) }
    }
}
