/// Weights by class on both sides of a cut.
///
/// The sums live in memory of their own; see `Scratch` for why.
struct ClassSums {
    let classCount: Int
    let total: UnsafeMutablePointer<Double>
    let left: UnsafeMutablePointer<Double>
    let right: UnsafeMutablePointer<Double>
    private let classes: UnsafePointer<Double>
    private let weights: UnsafePointer<Double>
    private let rows: UnsafePointer<Int32>
    private var range = 0..<0
    private var position = 0
    private(set) var weight = 0.0
    private(set) var weightLeft = 0.0
    private(set) var weightRight = 0.0

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        classCount = problem.outputCount
        total = problem.scratch.allocate(Double.self, classCount)
        left = problem.scratch.allocate(Double.self, classCount)
        right = problem.scratch.allocate(Double.self, classCount)
        classes = problem.targets
        weights = problem.weights
        self.rows = rows
    }

    mutating func enter(_ range: Range<Int>) {
        self.range = range
        weight = 0
        total.update(repeating: 0, count: classCount)
        for index in range {
            let row = Int(rows[index])
            total[Int(classes[row])] += weights[row]
            weight += weights[row]
        }
        reset()
    }

    mutating func reset() {
        position = range.lowerBound
        weightLeft = 0
        weightRight = weight
        left.update(repeating: 0, count: classCount)
        right.update(from: total, count: classCount)
    }

    mutating func move(to newPosition: Int) {
        if newPosition - position <= range.upperBound - newPosition {
            for index in position..<newPosition {
                let row = Int(rows[index])
                left[Int(classes[row])] += weights[row]
                weightLeft += weights[row]
            }
        } else {
            left.update(from: total, count: classCount)
            weightLeft = weight
            for index in stride(from: range.upperBound - 1, through: newPosition, by: -1) {
                let row = Int(rows[index])
                left[Int(classes[row])] -= weights[row]
                weightLeft -= weights[row]
            }
        }
        weightRight = weight - weightLeft
        for index in 0..<classCount { right[index] = total[index] - left[index] }
        position = newPosition
    }
}

/// What the criteria of class fractions have in common.
protocol ClassCriterion: Criterion {
    var sums: ClassSums { get set }
    /// The impurity of rows whose weights by class are `sums`.
    static func impurity(_ sums: UnsafePointer<Double>, _ classCount: Int, weight: Double) -> Double
}

extension ClassCriterion {
    var weight: Double { sums.weight }
    var weightLeft: Double { sums.weightLeft }
    var weightRight: Double { sums.weightRight }
    mutating func enter(_ range: Range<Int>) { sums.enter(range) }
    mutating func reset() { sums.reset() }
    mutating func move(to position: Int) { sums.move(to: position) }
    var nodeImpurity: Double { Self.impurity(sums.total, sums.classCount, weight: sums.weight) }
    var childrenImpurity: (left: Double, right: Double) {
        (
            Self.impurity(sums.left, sums.classCount, weight: sums.weightLeft),
            Self.impurity(sums.right, sums.classCount, weight: sums.weightRight)
        )
    }
    func appendValue(to values: inout [Double]) {
        for index in 0..<sums.classCount { values.append(sums.total[index] / sums.weight) }
    }
    /// Constraints are on class 0, as those of two classes mirror each other.
    var childrenValue: (left: Double, right: Double) {
        (sums.left[0] / sums.weightLeft, sums.right[0] / sums.weightRight)
    }
    var middleValue: Double {
        sums.left[0] / (2 * sums.weightLeft) + sums.right[0] / (2 * sums.weightRight)
    }
}

/// How often two rows drawn from a node are of different classes.
struct GiniCriterion: ClassCriterion {
    var sums: ClassSums

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        sums = ClassSums(problem, rows: rows)
    }

    static func impurity(_ sums: UnsafePointer<Double>, _ classCount: Int, weight: Double) -> Double {
        var squares = 0.0
        for index in 0..<classCount { squares += sums[index] * sums[index] }
        return 1 - squares / (weight * weight)
    }
}

/// Shannon's entropy of the classes, in bits.
struct EntropyCriterion: ClassCriterion {
    var sums: ClassSums

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        sums = ClassSums(problem, rows: rows)
    }

    static func impurity(_ sums: UnsafePointer<Double>, _ classCount: Int, weight: Double) -> Double {
        var entropy = 0.0
        for index in 0..<classCount where sums[index] > 0 {
            let share = sums[index] / weight
            entropy -= share * binaryLogarithm(share)
        }
        return entropy
    }
}
