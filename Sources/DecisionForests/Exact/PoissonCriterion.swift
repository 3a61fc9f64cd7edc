/// Half the Poisson deviance, for counts and rates.
struct PoissonCriterion: MeanCriterion {
    /// Sums below this count as 0, where the deviance is infinite.
    private static let tiny = 10 * Double.ulpOfOne

    var sums: TargetSums

    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>) {
        sums = TargetSums(problem, rows: rows)
    }

    var nodeImpurity: Double { deviance(sums.range, sum: sums.sum, weight: sums.weight) }

    var childrenImpurity: (left: Double, right: Double) {
        (
            deviance(sums.range.lowerBound..<sums.position, sum: sums.sumLeft, weight: sums.weightLeft),
            deviance(sums.position..<sums.range.upperBound, sum: sums.sumRight, weight: sums.weightRight)
        )
    }

    var gain: Double {
        if sums.sumLeft <= Self.tiny || sums.sumRight <= Self.tiny { return -.infinity }
        let (meanLeft, meanRight) = childrenValue
        let left = -(sums.sumLeft * binaryLogarithm(meanLeft))
        let right = -(sums.sumRight * binaryLogarithm(meanRight))
        return -left - right
    }

    private func deviance(_ range: Range<Int>, sum: Double, weight: Double) -> Double {
        if sum <= Self.tiny { return .infinity }
        let mean = sum / weight
        var deviance = 0.0
        for index in range {
            let row = Int(sums.rows[index])
            deviance += sums.weights[row] * xLogY(sums.targets[row], sums.targets[row] / mean)
        }
        return deviance / weight
    }
}
