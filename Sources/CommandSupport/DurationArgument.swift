public import ArgumentParser

/// A length of time on the command line: `500ms`, `30s`, `10m`, `1h30m`, `2d`.
public struct DurationArgument: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    public let duration: Duration

    public init(_ duration: Duration) { self.duration = duration }

    private static let units: [(name: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    public init?(argument: String) {
        var rest = argument[...]
        var milliseconds = 0.0
        repeat {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(number), let factor = Self.units.first(where: { $0.name == unit })?.milliseconds
            else {
                return nil
            }
            milliseconds += amount * factor
        } while !rest.isEmpty
        // A thousand years: beyond it, sums with the date overflow.
        guard milliseconds <= 3.2e13 else { return nil }
        self.init(.milliseconds(Int64(milliseconds.rounded())))
    }

    public var defaultValueDescription: String { description }

    /// As it would be written, without units that are zero.
    public var description: String {
        var rest = Int64((duration / .milliseconds(1)).rounded())
        guard rest != 0 else { return "0s" }
        var text = ""
        for (name, size) in Self.units.reversed() {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: Int64(size))
            if count > 0 { text += "\(count)\(name)" }
            rest = remainder
        }
        return text
    }
}
