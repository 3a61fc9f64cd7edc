/// Sums of weights and weighted targets on both sides of a cut, for criteria of the mean.
struct TargetSums {
    let targets: UnsafePointer<Double>
    let weights: UnsafePointer<Double>
    let rows: UnsafePointer<Int32>
    private(set) var range = 0..<0
    private(set) var position = 0
    private(set) var weight = 0.0
    private(set) var weightLeft = 0.0
    private(set) var weightRight = 0.0
    private(set) var sum = 0.0
    private(set) var sumLeft = 0.0
    private(set) var sumRight = 0.0
    private(set) var squareSum = 0.0

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        targets = problem.targets
        weights = problem.weights
        self.rows = rows
    }

    mutating func enter(_ range: Range<Int>) {
        self.range = range
        weight = 0
        sum = 0
        squareSum = 0
        for index in range {
            let row = Int(rows[index])
            let weighted = weights[row] * targets[row]
            sum += weighted
            squareSum += weighted * targets[row]
            weight += weights[row]
        }
        reset()
    }

    mutating func reset() {
        position = range.lowerBound
        weightLeft = 0
        weightRight = weight
        sumLeft = 0
        sumRight = sum
    }

    @inline(__always)
    mutating func move(to newPosition: Int) {
        if newPosition - position <= range.upperBound - newPosition {
            var index = position
            repeat {
                let row = Int(rows[index])
                sumLeft += weights[row] * targets[row]
                weightLeft += weights[row]
                index &+= 1
            } while index < newPosition
        } else {
            sumLeft = sum
            weightLeft = weight
            for index in stride(from: range.upperBound - 1, through: newPosition, by: -1) {
                let row = Int(rows[index])
                sumLeft -= weights[row] * targets[row]
                weightLeft -= weights[row]
            }
        }
        weightRight = weight - weightLeft
        sumRight = sum - sumLeft
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
