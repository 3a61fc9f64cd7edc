/// The variance: mean squared distance to the mean.
struct SquaredErrorCriterion: MeanCriterion {
    var sums: TargetSums

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        sums = TargetSums(problem, rows: rows)
    }

    var squaredSums: TargetSums? { sums }

    var nodeImpurity: Double {
        let mean = sums.sum / sums.weight
        return sums.squareSum / sums.weight - mean * mean
    }

    var childrenImpurity: (left: Double, right: Double) {
        var squareSumLeft = 0.0
        for index in sums.range.lowerBound..<sums.position {
            let row = Int(sums.rows[index])
            squareSumLeft += sums.weights[row] * sums.targets[row] * sums.targets[row]
        }
        let (meanLeft, meanRight) = childrenValue
        return (
            squareSumLeft / sums.weightLeft - meanLeft * meanLeft,
            (sums.squareSum - squareSumLeft) / sums.weightRight - meanRight * meanRight
        )
    }

    /// Without a division for most cuts: a/b > best is a > best·b, but for a margin far above the rounding errors.
    @inline(__always)
    func gain(above best: Double) -> Double? {
        let left = sums.sumLeft * sums.sumLeft * sums.weightRight
        let right = sums.sumRight * sums.sumRight * sums.weightLeft
        if left + right < best * (1 - 1e-13) * (sums.weightLeft * sums.weightRight) { return nil }
        let gain = gain
        return gain > best ? gain : nil
    }

    /// The part of the variance decrease that depends on the cut.
    var gain: Double {
        sums.sumLeft * sums.sumLeft / sums.weightLeft + sums.sumRight * sums.sumRight / sums.weightRight
    }
}
