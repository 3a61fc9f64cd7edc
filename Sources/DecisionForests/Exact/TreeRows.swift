/// The distinct rows of one tree, numbered from 0: what they count and what they aim at.
struct TreeRows {
    let count: Int
    let outputCount: Int
    /// The number of each row in the training set.
    let source: UnsafeMutablePointer<Int32>
    /// How much each row counts: how often the tree drew it, or its weight in units of `weightUnit`.
    let weights: UnsafeMutablePointer<Int32>
    /// The targets as integers, or the classes.
    let targets: UnsafeMutablePointer<Int32>
    /// The targets as they are.
    let values: UnsafeMutablePointer<Double>
    /// 1 for whole weights, else a power of two.
    let weightUnit: Double

    /// - Parameter roundsWeights: Weights become whole multiples of a billionth of their sum, at least one.
    init(_ problem: TreeProblem, _ integers: IntegerTargets, roundsWeights: Bool = false) {
        let scale = roundsWeights ? Double(sign: .plus, exponent: 29 - problem.totalWeight.exponent, significand: 1) : 1
        weightUnit = 1 / scale
        let capacity = problem.rowCount
        source = problem.scratch.allocate(Int32.self, capacity)
        weights = problem.scratch.allocate(Int32.self, capacity)
        targets = problem.scratch.allocate(Int32.self, capacity)
        values = problem.scratch.allocate(Double.self, capacity)
        count = integers.values.withUnsafeBufferPointer { [source, weights, targets, values] integers in
            var count = 0
            // A third of the rows is not in a bootstrap, at random: a branch would be guessed wrong that often.
            for row in 0..<capacity {
                let given = problem.weights[row]
                let weight = roundsWeights ? max(Int32((given * scale).rounded()), given > 0 ? 1 : 0) : Int32(given)
                source[count] = Int32(row)
                weights[count] = weight
                targets[count] = integers[row]
                values[count] = problem.targets[row]
                count &+= weight == 0 ? 0 : 1
            }
            return count
        }
        outputCount = problem.outputCount
    }
}
