/// The hyperparameters as they apply to one table: shares turned into counts.
struct GrowthLimits: Sendable {
    let maxDepth: Int
    let minSamplesSplit: Int
    let minSamplesLeaf: Int
    let minWeightFractionLeaf: Double
    let maxFeatures: Int
    let maxLeafNodes: Int?
    let minImpurityDecrease: Double
    /// Per feature 1, -1 or 0; empty: no constraints. Of a classification, for the probability of class 0.
    let monotonicConstraints: [Int]

    init(_ hyperparameters: Hyperparameters, rowCount: Int, featureCount: Int) {
        maxDepth = hyperparameters.maxDepth ?? Int(Int32.max)
        minSamplesLeaf = hyperparameters.minSamplesLeaf.count(of: rowCount)
        minSamplesSplit = max(2, hyperparameters.minSamplesSplit.count(of: rowCount), 2 * minSamplesLeaf)
        minWeightFractionLeaf = hyperparameters.minWeightFractionLeaf
        maxFeatures = hyperparameters.maxFeatures.count(of: featureCount)
        maxLeafNodes = hyperparameters.maxLeafNodes
        minImpurityDecrease = hyperparameters.minImpurityDecrease
        let sign = hyperparameters.task == .classification ? -1 : 1
        monotonicConstraints = (hyperparameters.monotonicConstraints ?? []).map { $0 * sign }
    }

    /// How many nodes a tree has at most, but for weights and pure nodes.
    func mostNodes(rowCount: Int) -> Int {
        let leaves = max(1, rowCount / max(1, minSamplesLeaf))
        return 2 * (maxDepth < 30 ? min(leaves, 1 << maxDepth) : leaves)
    }

    /// Whether a node may be split.
    func mayGrow(depth: Int, count: Int, weight: Double, impurity: Double, minWeightLeaf: Double) -> Bool {
        depth < maxDepth && count >= minSamplesSplit && count >= 2 * minSamplesLeaf && weight >= 2 * minWeightLeaf
            && impurity > TreeGrower.purity
    }
}

extension Hyperparameters.SampleCount {
    /// The number of rows; a share is rounded up. Of more than there are, one more.
    func count(of rowCount: Int) -> Int {
        switch self {
        case .count(let count): min(count, rowCount + 1)
        case .fraction(let share): Int((share * Double(rowCount)).rounded(.up))
        }
    }
}

extension Hyperparameters.MaxFeatures {
    /// The number of features; a share is rounded down, and it is at least 1.
    func count(of featureCount: Int) -> Int {
        switch self {
        case .all: featureCount
        case .squareRoot: max(1, Int(Double(featureCount).squareRoot()))
        case .log2: max(1, Int(binaryLogarithm(ofCount: featureCount)))
        case .count(let count): count
        case .fraction(let share): max(1, Int(share * Double(featureCount)))
        }
    }
}
