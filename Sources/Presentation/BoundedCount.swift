/// A count that was not carried on beyond a limit: what lists a million must not count them all.
public struct BoundedCount: Sendable, Hashable {
    /// How many there are, or the limit.
    public let value: Int
    /// Whether there are more.
    public let isCutOff: Bool

    /// - Parameter found: What a statement counted that looks at one more than `limit`.
    public init(found: Int, limit: Int) {
        value = min(found, limit)
        isCutOff = found > limit
    }
}

extension BoundedCount: CustomStringConvertible {
    /// `37`, `1,000+`.
    public var description: String { HumanReadable.count(value) + (isCutOff ? "+" : "") }
}

extension HumanReadable {
    /// `37`, `1,234,567`.
    public static func count(_ count: Int) -> String {
        var digits = String(count.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
