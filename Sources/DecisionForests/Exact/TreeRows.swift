/// The distinct rows of one tree, numbered from 0: what they count and what they aim at.
struct TreeRows {
    let count: Int
    let outputCount: Int
    /// The number of each row in the training set.
    let source: UnsafeMutablePointer<Int32>
    /// How often the tree drew each row.
    let weights: UnsafeMutablePointer<Int32>
    /// The targets as integers, or the classes.
    let targets: UnsafeMutablePointer<Int32>
    /// The targets as they are.
    let values: UnsafeMutablePointer<Double>

    init(_ problem: TreeProblem, _ integers: IntegerTargets) {
        let capacity = problem.rowCount
        source = problem.scratch.allocate(Int32.self, capacity)
        weights = problem.scratch.allocate(Int32.self, capacity)
        targets = problem.scratch.allocate(Int32.self, capacity)
        values = problem.scratch.allocate(Double.self, capacity)
        count = integers.values.withUnsafeBufferPointer { [source, weights, targets, values] integers in
            var count = 0
            // A third of the rows is not in a bootstrap, at random: a branch would be guessed wrong that often.
            for row in 0..<capacity {
                let weight = Int32(problem.weights[row])
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
