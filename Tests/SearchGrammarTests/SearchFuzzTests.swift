import SearchGrammar
import Testing

struct SearchFuzzTests {
    /// The same numbers in every run.
    struct SplitMix64: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let allRules: [SearchRules] = [.runs, .experiments, .registeredModels, .modelVersions, .loggedModels]

    @Test("Text of any kind is read or refused, and what is read prints as text that reads the same")
    func anyText() throws {
        let pieces = [
            "metrics", "params", "tags", "attributes", "datasets", "run_id", "start_time", "name", "context", ".", " ",
            "`",
            "'", "\"", "''", "``", "\"\"", "(", ")", ",", "=", "!=", "<", ">=", "~", "LIKE", "ILIKE", "IN", "NOT", "IS",
            "NULL",
            "AND", "OR", "1", "-", "2.5", "1e9", "e", "%", "_", "\\", ";", "--", "日本", "é", "\u{301}", "\0", "\n", "🙂",
            "$",
        ]
        var random = SplitMix64(state: 1)
        var accepted = 0
        for _ in 0..<50_000 {
            let text = (0..<Int.random(in: 0...14, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let rules = Self.allRules.randomElement(using: &random) ?? .runs
            guard let filter = try? SearchFilter(text, rules: rules) else { continue }
            accepted += filter.conditions.isEmpty ? 0 : 1
            #expect(try SearchFilter(filter.description, rules: rules) == filter, "\(text)")
        }
        #expect(accepted > 0)
    }

    @Test("Conditions of every shape print as text that reads the same")
    func everyShape() throws {
        let entities = ["metrics", "params", "tags", "datasets"]
        let keys = ["a", "a.b", "`a b`", "\"it's\"", "`say \"x\"`", "name", "digest", "日本"]
        let signs = ["=", "!=", "<", "LIKE", "ILIKE", "IN", "NOT IN", "IS NULL", "IS NOT NULL"]
        let values = ["1", "-0.25", "1e300", "'x'", "\"it's\"", "'say \"x\"'", "'it''s'", "('a', \"b'c\")", ""]
        var random = SplitMix64(state: 2)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let entity = entities.randomElement(using: &random) ?? ""
                let key = keys.randomElement(using: &random) ?? ""
                let sign = signs.randomElement(using: &random) ?? ""
                let value = values.randomElement(using: &random) ?? ""
                return "\(entity).\(key) \(sign) \(value)"
            }.joined(separator: " AND ")
            guard let filter = try? SearchFilter(text, rules: .runs) else { continue }
            accepted += 1
            #expect(try SearchFilter(filter.description, rules: .runs) == filter, "\(text)")
        }
        #expect(accepted > 1000)
    }

    @Test("A token that was made reads back the same; any other text is refused or read, and never ends the program")
    func tokens() throws {
        let keys: [PageToken.Key] = [
            .nothing, .number(.nan), .number(-.infinity), .number(0.1), .integer(.min), .text("it's 日本"),
        ]
        let token = PageToken(keys)

        let read = try PageToken(token.description)

        #expect(read.description == token.description)
        #expect(read.keys.count == keys.count)
        #expect(throws: SearchError.self) { try PageToken("bm90IEpTT04=") }
        #expect(throws: SearchError.self) { try PageToken("%%%") }
        var random = SplitMix64(state: 3)
        var text = Array(token.description.utf8)
        for _ in 0..<2000 {
            text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 33...126, using: &random)
            _ = try? PageToken(String(decoding: text, as: UTF8.self))
        }
    }
}
