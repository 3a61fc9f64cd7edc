internal import ArgumentParser
internal import SearchGrammar

/// `KEY=VALUE` on the command line.
struct KeyValue: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
        key = String(argument[..<separator])
        value = String(argument[argument.index(after: separator)...])
    }
}

extension [KeyValue] {
    /// The last of several values of one key counts.
    var dictionary: [String: String] {
        Dictionary(map { ($0.key, $0.value) }) { _, last in last }
    }
}

extension KeyValue {
    /// That a run's parameter or tag of this name has this value.
    func condition(_ entity: SearchField.Entity) -> SearchCondition {
        SearchCondition(SearchField(entity, key), .equal, .string(value))
    }
}

/// `METRIC<NUMBER` on the command line, with any of `< <= = != >= >`.
struct MetricFilter: ExpressibleByArgument {
    let condition: SearchCondition

    init?(argument: String) {
        let signs: Set<Character> = ["<", ">", "=", "!"]
        guard let start = argument.firstIndex(where: signs.contains) else { return nil }
        let rest = argument[start...]
        let sign = rest.prefix(while: signs.contains)
        let key = argument[..<start].trimmed
        guard let comparator = SearchCondition.Comparator(rawValue: String(sign)), !key.isEmpty,
            let value = Double(rest.dropFirst(sign.count).trimmed), !value.isNaN
        else { return nil }
        condition = SearchCondition(SearchField(.metric, key), comparator, .number(value))
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
