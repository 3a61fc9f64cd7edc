/// Weights by class on both sides, and Σ w · ln w over them, kept up to date row by row.
///
/// That sum is cheap and nearly the entropy; a cut that may win by it is measured by scikit-learn's own formula.
struct EntropyScan: ClassScan {
    var totals: ClassTotals
    private var totalScore = 0.0
    private var scoreLeft = 0.0
    private var scoreRight = 0.0
    /// Above the rounding errors that the scores gather over the rows of a tree.
    private var margin = 0.0
    private let rowCount: Int

    init(_ rows: TreeRows, _ scratch: Scratch) {
        totals = ClassTotals(rows, scratch)
        rowCount = rows.count
    }

    mutating func enter(_ node: Int) {
        totals.enter(node)
        totalScore = 0
        for index in 0..<totals.classCount { totalScore += XLogX.of(totals.right[index]) }
        margin = (XLogX.of(totals.weight) + 1) * Double(rowCount + 8) * 2e-15
        scoreLeft = 0
        scoreRight = totalScore
    }

    mutating func reset() {
        totals.reset()
        scoreLeft = 0
        scoreRight = totalScore
    }

    @inline(__always)
    mutating func take(_ row: Int) {
        let label = Int(totals.classes[row])
        let weight = Int(totals.weights[row])
        let left = totals.left[label]
        let right = totals.right[label]
        scoreLeft += XLogX.of(left &+ weight) - XLogX.of(left)
        scoreRight += XLogX.of(right &- weight) - XLogX.of(right)
        totals.move(label, weight)
    }

    mutating func takeAllBut(_ kept: RowSlice) {
        totals.takeAllBut(kept)
        scoreLeft = 0
        scoreRight = 0
        for index in 0..<totals.classCount {
            scoreLeft += XLogX.of(totals.left[index])
            scoreRight += XLogX.of(totals.right[index])
        }
    }

    @inline(__always)
    func mayBeat(_ best: Double) -> Bool {
        let weightLeft = totals.weightLeft
        let score =
            scoreLeft + scoreRight - XLogX.of(weightLeft) - XLogX.of(totals.weight &- weightLeft)
        return score > best * XLogX.logarithmOfTwo - margin
    }

    var gain: Double {
        let weightLeft = Double(totals.weightLeft)
        let weightRight = Double(totals.weight) - weightLeft
        let impurityLeft = Self.impurity(totals.classCount, weight: weightLeft) { Double(totals.left[$0]) }
        let impurityRight = Self.impurity(totals.classCount, weight: weightRight) { Double(totals.right[$0]) }
        return -weightRight * impurityRight - weightLeft * impurityLeft
    }

    func impurity(_ node: Int) -> Double {
        let weights = totals.ofNode(node)
        return Self.impurity(totals.classCount, weight: Double(totals.wholeWeight(node))) { Double(weights[$0]) }
    }

    @inline(__always)
    private static func impurity(_ classCount: Int, weight: Double, _ classWeight: (Int) -> Double) -> Double {
        var entropy = 0.0
        for index in 0..<classCount {
            let given = classWeight(index)
            if given > 0 {
                let share = given / weight
                entropy -= share * binaryLogarithm(share)
            }
        }
        return entropy
    }
}

/// x · ln x of whole numbers; small ones, which come up most, from a table.
enum XLogX {
    static let tableCount = 1 << 16
    static let logarithmOfTwo = naturalLogarithm(2)
    /// Kept for ever, and never written again.
    nonisolated(unsafe) static let table: UnsafePointer<Double> = {
        let table = UnsafeMutablePointer<Double>.allocate(capacity: tableCount)
        for number in 0..<tableCount { table[number] = xLogY(Double(number), Double(number)) }
        return UnsafePointer(table)
    }()

    @inline(__always)
    static func of(_ number: Int) -> Double {
        number < tableCount ? table[number] : Double(number) * naturalLogarithm(Double(number))
    }
}
