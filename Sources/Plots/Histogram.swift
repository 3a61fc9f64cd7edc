internal import Foundation

/// Counts of values in intervals of the same width.
struct Histogram {
    struct Bin: Equatable {
        let lower: Double
        let upper: Double
        var count: Int
    }

    private(set) var bins: [Bin] = []

    /// The width is Freedman and Diaconis' 2 · IQR / ∛n ("On the histogram as a density estimator", 1981), kept
    /// between 5 and 60 intervals. Values that are not finite are left out.
    init(_ values: [Double]) {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last else { return }
        let range = last - first
        // Narrower than a normal number, no interval has a width.
        guard range > .leastNormalMagnitude, range.isFinite else {
            let half = max(abs(first) * 0.01, 0.05)
            bins = range.isFinite ? [Bin(lower: first - half, upper: first + half, count: sorted.count)] : []
            return
        }
        let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
        let ideal = 2 * spread / cbrt(Double(sorted.count))
        let count = ideal > 0 ? Int((range / ideal).rounded(.up).clamped(to: 5...60)) : 20
        let width = range / Double(count)
        bins = (0..<count).map {
            Bin(lower: first + Double($0) * width, upper: first + Double($0 + 1) * width, count: 0)
        }
        for value in sorted { bins[min(count - 1, Int((value - first) / width))].count += 1 }
    }

    var largest: Int { bins.map(\.count).max() ?? 0 }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
