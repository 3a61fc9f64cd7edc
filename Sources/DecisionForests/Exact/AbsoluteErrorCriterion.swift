/// The mean absolute distance to the median.
///
/// Medians and errors of all prefixes and suffixes of the node's rows come from two passes over a Fenwick tree,
/// O(n log n); moving the cut then only reads them.
struct AbsoluteErrorCriterion: Criterion {
    private let targets: UnsafePointer<Double>
    private let weights: UnsafePointer<Double>
    private let rows: UnsafePointer<Int32>
    private var range = 0..<0
    private var position = 0
    private(set) var weight = 0.0
    private(set) var weightLeft = 0.0
    private(set) var weightRight = 0.0

    private let sortedTargets: UnsafeMutablePointer<Double>
    private let order: UnsafeMutablePointer<Int32>
    private let ranks: UnsafeMutablePointer<Int32>
    private let leftErrors: UnsafeMutablePointer<Double>
    private let rightErrors: UnsafeMutablePointer<Double>
    private let leftMedians: UnsafeMutablePointer<Double>
    private let rightMedians: UnsafeMutablePointer<Double>
    private var prefixSums: WeightedFenwickTree

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        targets = problem.targets
        weights = problem.weights
        self.rows = rows
        let count = problem.rowCount
        sortedTargets = problem.scratch.allocate(Double.self, count)
        order = problem.scratch.allocate(Int32.self, count)
        ranks = problem.scratch.allocate(Int32.self, count)
        leftErrors = problem.scratch.allocate(Double.self, count)
        rightErrors = problem.scratch.allocate(Double.self, count)
        leftMedians = problem.scratch.allocate(Double.self, count)
        rightMedians = problem.scratch.allocate(Double.self, count)
        prefixSums = WeightedFenwickTree(capacity: count)
    }

    mutating func enter(_ range: Range<Int>) {
        self.range = range
        weight = 0
        for index in range { weight += weights[Int(rows[index])] }
        reset()
    }

    mutating func reset() {
        weightLeft = 0
        weightRight = weight
        position = range.lowerBound
        rankTargets()
        measure(stride(from: range.lowerBound, to: range.upperBound, by: 1), leftErrors, leftMedians)
        measure(stride(from: range.upperBound - 1, through: range.lowerBound, by: -1), rightErrors, rightMedians)
    }

    mutating func move(to newPosition: Int) {
        for index in position..<newPosition { weightLeft += weights[Int(rows[index])] }
        weightRight = weight - weightLeft
        position = newPosition
    }

    var nodeImpurity: Double { rightErrors[range.lowerBound] / weight }

    var childrenImpurity: (left: Double, right: Double) {
        (leftErrors[position - 1] / weightLeft, rightErrors[position] / weightRight)
    }

    func appendValue(to values: inout [Double]) { values.append(rightMedians[range.lowerBound]) }

    var childrenValue: (left: Double, right: Double) { (leftMedians[position - 1], rightMedians[position]) }

    var middleValue: Double { (leftMedians[position - 1] + rightMedians[position]) / 2 }

    private func rankTargets() {
        for index in 0..<range.count {
            sortedTargets[index] = targets[Int(rows[range.lowerBound + index])]
            order[index] = Int32(index)
        }
        SimultaneousSort.sort(sortedTargets, order, range.count)
        for index in 0..<range.count { ranks[range.lowerBound + Int(order[index])] = Int32(index) }
    }

    /// The errors and medians of the rows from the first index up to each index.
    private mutating func measure(
        _ indices: some Sequence<Int>,
        _ errors: UnsafeMutablePointer<Double>,
        _ medians: UnsafeMutablePointer<Double>
    ) {
        prefixSums.reset(count: range.count)
        for index in indices {
            // The grower throws then, and looks at no error or median any more.
            if index & 0xFFFF == 0 && CancellationPace.stops(range.count) { return }
            let rank = Int(ranks[index])
            prefixSums.add(rank: rank, value: sortedTargets[rank], weight: weights[Int(rows[index])])
            let middle = prefixSums.search(0.5 * prefixSums.totalWeight)
            var median = sortedTargets[middle.rank]
            if middle.lowerRank != middle.rank { median = (sortedTargets[middle.lowerRank] + median) / 2 }
            medians[index] = median
            let weightAbove = prefixSums.totalWeight - middle.weight
            let sumAbove = prefixSums.totalWeightedValue - middle.weightedValue
            errors[index] = (sumAbove - median * weightAbove) + (median * middle.weight - middle.weightedValue)
        }
    }
}
