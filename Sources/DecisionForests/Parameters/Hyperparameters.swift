/// What decides a forest besides the data and the seed: scikit-learn's parameters, defaults and meaning.
///
/// A value that exists is valid. Whether it fits the data (a `max_features` above the number of features, monotonic
/// constraints for each feature, …) is known only when training starts.
public struct Hyperparameters: Sendable, Equatable {
    public let task: Task
    /// `n_estimators`: how many trees to grow.
    public let treeCount: Int
    public let criterion: Criterion
    /// Questions from the root to a leaf at most; nil: unlimited.
    public let maxDepth: Int?
    /// A node with fewer distinct rows is a leaf.
    public let minSamplesSplit: SampleCount
    /// Each leaf keeps at least so many distinct rows.
    public let minSamplesLeaf: SampleCount
    /// Each leaf keeps at least this share of the total weight, in 0…0.5.
    public let minWeightFractionLeaf: Double
    /// How many features compete for a split.
    public let maxFeatures: MaxFeatures
    /// Grow the best nodes first and stop at so many leaves; nil: unlimited.
    public let maxLeafNodes: Int?
    /// A split must reduce the weighted impurity by at least this.
    public let minImpurityDecrease: Double
    /// Whether each tree draws its own rows with replacement.
    public let bootstrap: Bool
    /// How many rows a bootstrap draws; nil: as many as there are.
    public let maxSamples: SampleCount?
    /// Whether to estimate the forest's quality on the rows that each tree did not draw.
    public let oobScore: Bool
    /// Minimal cost-complexity pruning: subtrees that cost more than they gain at this price of a leaf are cut.
    public let ccpAlpha: Double
    /// `monotonic_cst`: per feature 1 (increasing), -1 (decreasing) or 0; nil: no constraints.
    public let monotonicConstraints: [Int]?
    public let classWeight: ClassWeight?
    public let splitter: Splitter

    /// - Throws: `TrainingError` with code `.invalidParameter` or `.contradictoryParameters` that names the parameter.
    public init(
        task: Task,
        treeCount: Int = 100,
        criterion: Criterion? = nil,
        maxDepth: Int? = nil,
        minSamplesSplit: SampleCount = .count(2),
        minSamplesLeaf: SampleCount = .count(1),
        minWeightFractionLeaf: Double = 0,
        maxFeatures: MaxFeatures? = nil,
        maxLeafNodes: Int? = nil,
        minImpurityDecrease: Double = 0,
        bootstrap: Bool = true,
        maxSamples: SampleCount? = nil,
        oobScore: Bool = false,
        ccpAlpha: Double = 0,
        monotonicConstraints: [Int]? = nil,
        classWeight: ClassWeight? = nil,
        splitter: Splitter = .exact
    ) throws(TrainingError) {
        self.task = task
        self.treeCount = treeCount
        self.criterion = criterion ?? (task == .regression ? .squaredError : .gini)
        self.maxDepth = maxDepth
        self.minSamplesSplit = minSamplesSplit
        self.minSamplesLeaf = minSamplesLeaf
        self.minWeightFractionLeaf = minWeightFractionLeaf
        self.maxFeatures = maxFeatures ?? (task == .regression ? .fraction(1) : .squareRoot)
        self.maxLeafNodes = maxLeafNodes
        self.minImpurityDecrease = minImpurityDecrease
        self.bootstrap = bootstrap
        self.maxSamples = maxSamples
        self.oobScore = oobScore
        self.ccpAlpha = ccpAlpha
        self.monotonicConstraints = monotonicConstraints
        self.classWeight = classWeight
        self.splitter = splitter
        try checkRanges()
        try checkContradictions()
    }
}
