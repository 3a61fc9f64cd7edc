public import ArgumentParser
public import JobSubmission

/// The forest's options as text: what a value may be is checked in one place for shell and web page alike.
public struct ForestArguments: ParsableArguments, Sendable {
    @Option(help: "regression or classification (default: what the target asks for).")
    var task: String?

    @Option(name: .customLong("n-estimators"), help: "Number of trees (default: 100).")
    var treeCount: String?

    @Option(help: "squared_error, absolute_error, friedman_mse, poisson; gini, entropy, log_loss.")
    var criterion: String?

    @Option(help: "Depth of a tree at most, or none (default: none).")
    var maxDepth: String?

    @Option(help: "Rows, or share of rows, that a node needs to be split (default: 2).")
    var minSamplesSplit: String?

    @Option(help: "Rows, or share of rows, that a leaf has at least (default: 1).")
    var minSamplesLeaf: String?

    @Option(help: "Share of the total weight that a leaf has at least (default: 0).")
    var minWeightFractionLeaf: String?

    @Option(help: "Features tried at a split: sqrt, log2, none, a number or a share (default: 1.0, sqrt).")
    var maxFeatures: String?

    @Option(help: "Leaves of a tree at most, or none (default: none).")
    var maxLeafNodes: String?

    @Option(help: "A split lowers the impurity at least by this (default: 0).")
    var minImpurityDecrease: String?

    @Flag(inversion: .prefixedNo, help: "Draw rows with replacement for each tree (default: --bootstrap).")
    var bootstrap: Bool?

    @Option(help: "Rows, or share of rows, drawn for each tree, or none (default: none).")
    var maxSamples: String?

    @Flag(inversion: .prefixedNo, help: "Estimate the score from rows that trees did not draw.")
    var oobScore: Bool?

    @Option(help: "Price of a leaf in minimal cost-complexity pruning (default: 0).")
    var ccpAlpha: String?

    @Option(name: .customLong("monotonic-cst"), help: "-1, 0 or 1 for each feature, separated by colons.")
    var monotonicConstraints: String?

    @Option(help: "balanced, balanced_subsample or none (default: none).")
    var classWeight: String?

    @Option(help: "Seed of the forest (default: drawn).")
    var randomState: String?

    @Option(help: "exact, hist or auto (default: exact).")
    var splitter: String?

    public init() {}

    public var options: ForestOptions {
        var options = ForestOptions()
        options[.task] = task
        options[.treeCount] = treeCount
        options[.criterion] = criterion
        options[.maxDepth] = maxDepth
        options[.minSamplesSplit] = minSamplesSplit
        options[.minSamplesLeaf] = minSamplesLeaf
        options[.minWeightFractionLeaf] = minWeightFractionLeaf
        options[.maxFeatures] = maxFeatures
        options[.maxLeafNodes] = maxLeafNodes
        options[.minImpurityDecrease] = minImpurityDecrease
        options[.bootstrap] = bootstrap.map { $0 ? "true" : "false" }
        options[.maxSamples] = maxSamples
        options[.oobScore] = oobScore.map { $0 ? "true" : "false" }
        options[.ccpAlpha] = ccpAlpha
        options[.monotonicConstraints] = monotonicConstraints
        options[.classWeight] = classWeight
        options[.splitter] = splitter
        options[.randomState] = randomState
        return options
    }
}
