/// Prefix sums of weights and weighted values that grow one by one, with a search for a given cumulated weight.
///
/// A binary indexed tree: P. Fenwick, “A New Data Structure for Cumulative Frequency Tables”, 1994.
struct WeightedFenwickTree {
    private var weights: [Double]
    private var weightedValues: [Double]
    private var count = 0
    private var highestBit = 0
    private(set) var totalWeight = 0.0
    private(set) var totalWeightedValue = 0.0

    init(capacity: Int) {
        weights = [Double](repeating: 0, count: capacity + 1)
        weightedValues = weights
    }

    mutating func reset(count: Int) {
        self.count = count
        highestBit = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        for index in 0...count {
            weights[index] = 0
            weightedValues[index] = 0
        }
        totalWeight = 0
        totalWeightedValue = 0
    }

    /// Adds an observation at `rank`. O(log count)
    mutating func add(rank: Int, value: Double, weight: Double) {
        let weightedValue = weight * value
        var index = rank + 1
        while index <= count {
            weights[index] += weight
            weightedValues[index] += weightedValue
            index += index & -index
        }
        totalWeight += weight
        totalWeightedValue += weightedValue
    }

    /// Where the cumulated weight reaches `target`, which is above 0 and at most the total. O(log count)
    ///
    /// - Returns: The first rank at which the weight up to it exceeds `target`, with the sums before it; and the first at which
    ///   it is not below. The two differ if the weight up to some rank is exactly `target`.
    func search(_ target: Double) -> (rank: Int, lowerRank: Int, weight: Double, weightedValue: Double) {
        let upper = descend(target) { $0 >= $1 }
        let lower = upper.metExactly ? descend(target) { $0 > $1 } : upper
        return (upper.index, lower.index, upper.weight, upper.weightedValue)
    }

    private func descend(
        _ target: Double,
        while passes: (Double, Double) -> Bool
    ) -> (index: Int, weight: Double, weightedValue: Double, metExactly: Bool) {
        var left = target
        var index = 0
        var weight = 0.0
        var weightedValue = 0.0
        var metExactly = false
        var bit = highestBit
        while bit != 0 {
            let next = index + bit
            if next <= count, passes(left, weights[next]) {
                metExactly = metExactly || left == weights[next]
                left -= weights[next]
                index = next
                weight += weights[next]
                weightedValue += weightedValues[next]
            }
            bit >>= 1
        }
        return (index, weight, weightedValue, metExactly)
    }
}
