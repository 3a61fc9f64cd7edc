/// Sums of weights and weighted targets on both sides of a cut, for criteria of the mean.
///
/// The weight and the weighted target of a row stand side by side, so that one load and one addition move it.
struct TargetSums {
    let targets: UnsafePointer<Double>
    let weights: UnsafePointer<Double>
    let rows: UnsafePointer<Int32>
    /// Per row its weight and its weighted target.
    let moments: UnsafeMutablePointer<SIMD2<Double>>
    private(set) var range = 0..<0
    private(set) var position = 0
    private(set) var squareSum = 0.0
    private var total = SIMD2<Double>.zero
    private var left = SIMD2<Double>.zero
    private var right = SIMD2<Double>.zero

    var weight: Double { total[0] }
    var weightLeft: Double { left[0] }
    var weightRight: Double { right[0] }
    var sum: Double { total[1] }
    var sumLeft: Double { left[1] }
    var sumRight: Double { right[1] }

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        targets = problem.targets
        weights = problem.weights
        self.rows = rows
        moments = problem.scratch.allocate(SIMD2<Double>.self, problem.treeRowCount)
        for row in 0..<problem.treeRowCount { moments[row] = SIMD2(weights[row], weights[row] * targets[row]) }
    }

    mutating func enter(_ range: Range<Int>) {
        self.range = range
        total = .zero
        squareSum = 0
        for index in range {
            let row = Int(rows[index])
            total += moments[row]
            squareSum += moments[row][1] * targets[row]
        }
        reset()
    }

    mutating func reset() {
        position = range.lowerBound
        left = .zero
        right = total
    }

    @inline(__always)
    mutating func move(to newPosition: Int) {
        if newPosition - position <= range.upperBound - newPosition {
            var index = position
            repeat {
                left += moments[Int(rows[index])]
                index &+= 1
            } while index < newPosition
        } else {
            left = total
            for index in stride(from: range.upperBound - 1, through: newPosition, by: -1) {
                left -= moments[Int(rows[index])]
            }
        }
        right = total - left
        position = newPosition
    }
}

/// What the criteria of the mean have in common.
protocol MeanCriterion: Criterion {
    var sums: TargetSums { get set }
}

extension MeanCriterion {
    var weight: Double { sums.weight }
    var weightLeft: Double { sums.weightLeft }
    var weightRight: Double { sums.weightRight }
    mutating func enter(_ range: Range<Int>) { sums.enter(range) }
    mutating func reset() { sums.reset() }
    @inline(__always)
    mutating func move(to position: Int) { sums.move(to: position) }
    func appendValue(to values: inout [Double]) { values.append(sums.sum / sums.weight) }
    var childrenValue: (left: Double, right: Double) {
        (sums.sumLeft / sums.weightLeft, sums.sumRight / sums.weightRight)
    }
    var middleValue: Double {
        sums.sumLeft / (2 * sums.weightLeft) + sums.sumRight / (2 * sums.weightRight)
    }
}
