internal import Presentation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// An axis with round numbers on it.
///
/// Steps are 1, 2 or 5 times a power of ten (P. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
struct Scale: Equatable {
    let lower: Double
    let upper: Double
    let ticks: [Double]

    /// - Parameter ticks: About how many.
    init(covering range: ClosedRange<Double>, ticks count: Int = 5) {
        var (low, high) = (range.lowerBound, range.upperBound)
        if !(high - low > max(abs(low), abs(high)) * 1e-12) {
            // One value alone gets room on either side.
            let room = low == 0 ? 1 : abs(low) * 0.1
            (low, high) = (low - room, high + room)
        }
        let raw = (high - low) / Double(max(count, 1))
        let power = pow(10, floor(log10(raw)))
        let share = raw / power
        let step = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10)
        let (first, last) = (floor(low / step), ceil(high / step))
        guard step > 0, step.isFinite, last - first < 100 else {
            (lower, upper, ticks) = (low, high, [low, high])
            return
        }
        (lower, upper) = (first * step, last * step)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// What spans all finite values; nil if there are none.
    init?(fitting values: some Sequence<Double>, ticks count: Int = 5) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high, high - low < .infinity else { return nil }
        self.init(covering: low...high, ticks: count)
    }

    /// 0 at the lower end, 1 at the upper.
    func share(_ value: Double) -> Double { (value - lower) / (upper - lower) }
}

extension HTML.StringInterpolation {
    /// A coordinate, to a hundredth.
    mutating func appendInterpolation(svg value: Double) {
        let hundredths = (value * 100).rounded()
        guard hundredths.isFinite, abs(hundredths) < 1e12 else { return appendLiteral("0") }
        let whole = Int(hundredths)
        let (units, rest) = (abs(whole) / 100, abs(whole) % 100)
        let sign = whole < 0 ? "-" : ""
        let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        appendLiteral("\(sign)\(units)\(fraction)")
    }

    /// A share of what the coordinate is in, to a hundredth of a percent.
    mutating func appendInterpolation(percent share: Double) {
        appendInterpolation(svg: share * 100)
        appendLiteral("%")
    }
}
