/// How many observations were at most how large.
public struct Histogram: Sendable, Equatable {
    /// Upper bounds of the buckets, growing; one without a bound follows them.
    public let bounds: [Double]
    /// Observations in each bucket, and not in the ones before it.
    public private(set) var counts: [Int]
    /// Sum of all observations.
    public private(set) var sum = 0.0

    /// - Precondition: `bounds` grow.
    public init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds of buckets grow")
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// Number of all observations.
    public var count: Int { counts.reduce(0, +) }

    /// Counts an observation.
    public mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
