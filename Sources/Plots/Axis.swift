internal import Foundation

/// What an axis spans.
struct Axis: Equatable {
    var lower: Double
    var upper: Double

    /// All finite `values`, with a margin on either side; 0 to 1 if there are none.
    init(fitting values: some Sequence<Double>, margin: Double = 0.05) {
        var (lower, upper) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            lower = min(lower, value)
            upper = max(upper, value)
        }
        guard lower <= upper else {
            self.init(lower: 0, upper: 1)
            return
        }
        // Half of each first: the difference of two large numbers may be infinite.
        let half = upper / 2 - lower / 2
        // One value alone, or values that a double can hardly tell apart, get an interval around them.
        let tiny = max(abs(lower), abs(upper)) * 1e-9
        let padding = half > tiny ? half * 2 * margin : max(abs(lower) * 0.05, 0.5)
        self.init(lower: lower - padding, upper: upper + padding)
    }

    /// From `lower` to `upper`, or as far as gnuplot can count.
    init(lower: Double, upper: Double) {
        let limit = Double.greatestFiniteMagnitude / 8
        self.lower = max(lower, -limit)
        self.upper = min(upper, limit)
    }

    var code: String { "[\(lower):\(upper)]" }

    /// Pixels that a name takes beside it and its numbers: where there are less, gnuplot leaves the name out.
    var room: Double { 54 + 8.5 * Double(longestNumber) }

    /// From number to number, 1, 2 or 5 times a power of ten: so that they do not run into each other on a horizontal axis
    /// of so many pixels. Nil where the axis is too short to say.
    func step(on width: Double) -> Double? {
        let count = max(1, min(7, width / (14 + 7 * Double(longestNumber))))
        let least = upper / count - lower / count
        let power = pow(10, log10(least).rounded(.down))
        guard power.isNormal, least > 0, upper - lower < .infinity else { return nil }
        return [1, 2, 5].map { $0 * power }.first { $0 >= least * 0.999 } ?? 10 * power
    }

    /// About how many characters the longest of its numbers has, as gnuplot's `% h` writes them at steps of its own.
    private var longestNumber: Int {
        let largest = max(abs(lower), abs(upper))
        // Four numbers or more, at steps of 1, 2 or 5 times a power of ten.
        let spacing = (upper - lower) / 4
        // With a power of ten.
        guard (1e-4..<1e6).contains(largest), spacing.isNormal else { return 10 }
        let integers = max(1, Int(log10(largest).rounded(.down)) + 1)
        let decimals = min(max(0, -Int(log10(spacing).rounded(.down))), max(0, 6 - integers))
        return 1 + integers + (decimals > 0 ? 1 + decimals : 0)
    }
}

extension GnuplotScript {
    /// The horizontal axis, which has so many pixels.
    mutating func addHorizontal(_ axis: Axis, width: Double) {
        add("set xrange \(code: axis.code)")
        add("set xtics \(code: axis.step(on: width).map { "\($0)" } ?? "autofreq")")
    }
}

/// At most `limit` of `count` rows, spread evenly.
func sampledRows(_ count: Int, limit: Int = Style.markLimit) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * count / limit }
}
