import Foundation
import SearchGrammar
import Testing

/// Filters and orders as MLflow reads them; recorded by `Fixtures/record.py`.
struct MLflowGrammarTests {
    struct Recording: Decodable {
        struct Filter: Decodable {
            let text: String
            /// Nil where MLflow refuses it.
            let conditions: [Condition]?
        }
        struct Condition: Decodable {
            let entity, key, comparator: String
            let value: Value
        }
        struct Order: Decodable {
            struct Term: Decodable {
                let entity, key: String
                let ascending: Bool
            }
            let text: String
            let order: Term?
        }
        let filters: [Filter]
        let orders: [Order]

        static let all: Recording = {
            guard let url = Bundle.module.url(forResource: "grammar", withExtension: "json", subdirectory: "Fixtures"),
                let data = try? Data(contentsOf: url),
                let recording = try? JSONDecoder().decode(Recording.self, from: data)
            else { preconditionFailure("the recording cannot be read") }
            return recording
        }()
    }

    enum Value: Decodable, Equatable {
        case number(Double)
        case string(String)
        case strings([String])
        case nothing

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .nothing
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let string = try? container.decode(String.self) {
                self = .string(string)
            } else {
                self = .strings(try container.decode([String].self))
            }
        }

        var value: SearchCondition.Value {
            switch self {
            case .number(let number): .number(number)
            case .string(let string): .string(string)
            case .strings(let strings): .strings(strings)
            case .nothing: .nothing
            }
        }
    }

    /// Where we mean to differ: a space before a dot, an empty key, an entity in double quotes, quotes that begin in the
    /// middle of a key or are escaped; and what MLflow trips over, such as two spaces in IS NOT NULL.
    static let differences: Set<String> = [
        "metrics.a . b > 1", "metrics. > 1", "metrics.`a`.`b` > 1", #"params.a = 'it\'s'"#, "params.a is not  null",
        "metrics.5 > 1", "metrics.loss > 1e+5", #""params".a = 'x'"#,
    ]

    @Test("A filter is read as MLflow reads it, or refused as MLflow refuses it")
    func filters() throws {
        for filter in Recording.all.filters where !Self.differences.contains(filter.text) {
            // MLflow reads a list after any comparison, and fails later.
            if filter.text.contains(/(=|<|>|LIKE|like) \(/) { continue }
            let expected = try filter.conditions?.map { condition in
                SearchCondition(
                    SearchField(try #require(SearchField.Entity(rawValue: condition.entity)), condition.key),
                    try #require(SearchCondition.Comparator(rawValue: condition.comparator)),
                    condition.value.value
                )
            }
            #expect((try? SearchFilter(filter.text, rules: .runs).conditions) == expected, "\(filter.text)")
        }
    }

    @Test("An order is read as MLflow reads it, or refused as MLflow refuses it")
    func orders() throws {
        // Spaces around an order harm nobody.
        for order in Recording.all.orders where !order.text.hasPrefix(" ") {
            let expected = try order.order.map { term in
                SearchOrder(
                    SearchField(try #require(SearchField.Entity(rawValue: term.entity)), term.key),
                    isAscending: term.ascending
                )
            }
            #expect((try? SearchOrder(order.text, rules: .runs)) == expected, "\(order.text)")
        }
    }
}
