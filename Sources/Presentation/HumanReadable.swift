#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Sizes and times as people say them. `--json` has the exact values.
public enum HumanReadable {
    /// `87 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`.
    public static func duration(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        let whole = Int(seconds.rounded())
        return switch seconds {
        case ..<0: "0 ms"
        case ..<0.9995: "\(Int((seconds * 1000).rounded())) ms"
        case ..<9.995: "\(decimal(seconds, places: 2)) s"
        case ..<59.95: "\(decimal(seconds, places: 1)) s"
        case ..<3_600: pair(whole, 60, "min", 1, "s")
        case ..<86_400: pair(whole, 3_600, "h", 60, "min")
        default: pair(whole, 86_400, "d", 3_600, "h")
        }
    }

    /// `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`, then the date; `in 10 min` for what is to come.
    public static func relative(_ date: Date, to now: Date = Date()) -> String {
        let seconds = now.timeIntervalSince(date)
        let distance = Int(abs(seconds))
        let text: String
        switch distance {
        case ..<2: return "just now"
        case ..<60: text = "\(distance) s"
        case ..<3_600: text = "\(distance / 60) min"
        case ..<86_400: text = "\(distance / 3_600) h"
        case ..<(30 * 86_400): text = "\(distance / 86_400) d"
        default: return String(timestamp(date).prefix(10))
        }
        return seconds < 0 ? "in \(text)" : "\(text) ago"
    }

    /// ISO 8601 in UTC with milliseconds: `2026-11-23T16:26:08.123Z`.
    public static func timestamp(_ date: Date) -> String {
        // Rounded here, because the style would cut off the last digit of what a double cannot hold exactly.
        let rounded = Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000 + 1e-5)
        return rounded.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// `512 B`, `1.4 KiB`, `3.0 MiB`, `12.5 GiB`.
    public static func byteCount(_ count: Int64) -> String {
        guard count >= 1024 else { return "\(count) B" }
        var size = Double(count) / 1024
        for unit in ["KiB", "MiB", "GiB", "TiB"] {
            if size < 1023.95 { return "\(decimal(size, places: 1)) \(unit)" }
            size /= 1024
        }
        return "\(decimal(size, places: 1)) PiB"
    }

    /// Six significant digits at most, without trailing zeros: `45.9072`, `1.204e+39`, `nan`.
    public static func number(_ value: Double) -> String {
        // Not the sign of a NaN, which says nothing.
        guard !value.isNaN else { return "nan" }
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        let magnitude = abs(value)
        guard magnitude < 1e9, magnitude >= 1e-4 else { return scientific(value) }
        let digits = max(0, 5 - decimalExponent(magnitude))
        let text = decimal(value, places: digits)
        guard text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String(kept.drop { $0 == "." }.reversed())
    }

    private static func scientific(_ value: Double) -> String {
        var exponent = decimalExponent(abs(value))
        // In two steps: the power alone may be beyond what a double holds.
        var mantissa = number(value / power(exponent / 2) / power(exponent - exponent / 2))
        if mantissa == "10" || mantissa == "-10" {
            mantissa.removeLast()
            exponent += 1
        }
        return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
    }

    private static func power(_ exponent: Int) -> Double {
        let power = (0..<abs(exponent)).reduce(1.0) { product, _ in product * 10 }
        return exponent < 0 ? 1 / power : power
    }

    private static func pair(_ seconds: Int, _ large: Int, _ largeName: String, _ small: Int, _ smallName: String)
        -> String
    {
        let rest = seconds % large / small
        return rest == 0 ? "\(seconds / large) \(largeName)" : "\(seconds / large) \(largeName) \(rest) \(smallName)"
    }

    /// The power of ten of the leading digit.
    static func decimalExponent(_ magnitude: Double) -> Int {
        var (scaled, exponent) = (magnitude, 0)
        while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
        while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
        return exponent
    }

    /// Fixed point; the values here are far below 2⁵³.
    static func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 && scaled != 0 ? "-" : ""
        return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
