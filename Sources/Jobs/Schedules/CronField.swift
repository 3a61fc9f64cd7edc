/// One field of a cron expression: the values it allows.
struct CronField: Sendable, Hashable {
    /// What may stand in a field.
    struct Kind: Sendable {
        let name: String
        let range: ClosedRange<Int>
        /// Names of values, in order from the first of `range`.
        var names: [String] = []

        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let day = Kind(name: "day of the month", range: 1...31)
        static let month = Kind(
            name: "month",
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        /// 7 is Sunday, too.
        static let weekday = Kind(
            name: "day of the week",
            range: 0...7,
            names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        )
    }

    /// A bit for each value.
    private(set) var bits: UInt64 = 0
    /// Begins with `*`, steps included: what cron takes for "any" when it combines days and weekdays.
    let isStar: Bool

    /// - Throws: `JobError` with code `invalid`: what was given, what is allowed.
    init(_ text: Substring, _ kind: Kind) throws(JobError) {
        isStar = text.hasPrefix("*")
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            try add(item, kind, field: text)
        }
        if kind.range.upperBound == 7, contains(7) {
            bits = bits & ~(1 << 7) | 1
        }
    }

    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// The least value that is not below `value`.
    func first(from value: Int) -> Int? {
        guard value < 64 else { return nil }
        let rest = bits >> UInt64(value)
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }

    /// `*`, `3`, `mon`, `1-5`, any of them with a step: `*/15`, `9-17/2`, `5/10` (from 5 on).
    private mutating func add(_ item: Substring, _ kind: Kind, field: Substring) throws(JobError) {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if parts.count == 2 {
            guard let given = Self.number(parts[1]), given > 0, given <= kind.range.upperBound else {
                throw Self.refusal(of: field, kind, "a step is 1 to \(kind.range.upperBound), as in */15")
            }
            step = given
        }
        let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let lower: Int
        let upper: Int
        if parts[0] == "*" {
            // Sunday once: 7 would make a step begin anew.
            (lower, upper) = (kind.range.lowerBound, min(kind.range.upperBound, kind.names.count == 7 ? 6 : .max))
        } else if ends.count == 2 {
            lower = try Self.value(ends[0], kind, field: field)
            let end = try Self.value(ends[1], kind, field: field)
            // A week may end with Sunday.
            upper = end == 0 && lower > 0 && kind.range.upperBound == 7 ? 7 : end
        } else {
            lower = try Self.value(ends[0], kind, field: field)
            upper = parts.count == 2 ? kind.range.upperBound : lower
        }
        guard lower <= upper else {
            throw Self.refusal(
                of: field,
                kind,
                "the range \(parts[0]) ends before it begins: give two, such as 22-23,0-5"
            )
        }
        for value in stride(from: lower, through: upper, by: step) { bits |= 1 << UInt64(value) }
    }

    private static func value(_ text: Substring, _ kind: Kind, field: Substring) throws(JobError) -> Int {
        if let index = kind.names.firstIndex(of: text.lowercased()) { return kind.range.lowerBound + index }
        guard let value = number(text), kind.range.contains(value) else {
            var allowed = "\(kind.range.lowerBound) to \(kind.range.upperBound)"
            if let first = kind.names.first, let last = kind.names.last { allowed += " or \(first) to \(last)" }
            throw refusal(of: field, kind, "'\(text)' is not \(allowed)")
        }
        return value
    }

    /// Digits only: no sign, no blank.
    private static func number(_ text: Substring) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    private static func refusal(of field: Substring, _ kind: Kind, _ message: String) -> JobError {
        JobError(.invalid, "\(kind.name) '\(field)': \(message)")
    }
}
