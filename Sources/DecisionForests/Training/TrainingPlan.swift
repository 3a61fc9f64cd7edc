/// Everything the trees of a forest share while they grow.
struct TrainingPlan: Sendable {
    let hyperparameters: Hyperparameters
    let trainingSet: TrainingSet
    let limits: GrowthLimits
    let bootstrap: Bootstrap
    /// One seed per tree: scikit-learn's `random_state` of each estimator.
    let treeSeeds: [UInt32]
    /// 1 for regression, else the number of classes.
    let outputCount: Int
    /// A value per row, or its class as a number.
    let targets: [Double]
    let featureHasMissing: [Bool]
    /// nil: nothing is missing, or the splitter looks after it itself.
    let twins: MissingTwins?
    let splitterData: SplitterData
    /// The features row by row, where small nodes look at all features of few rows; else empty.
    let featureRows: [Float]
    let scratches = ScratchPool()

    /// The caller has checked that the parameters fit the training set.
    init(
        _ hyperparameters: Hyperparameters,
        randomState: UInt32,
        trainingSet: TrainingSet,
        threadCount: Int
    ) async throws {
        self.hyperparameters = hyperparameters
        self.trainingSet = trainingSet
        let features = trainingSet.features
        limits = GrowthLimits(hyperparameters, rowCount: features.rowCount, featureCount: features.featureCount)
        bootstrap = Bootstrap(hyperparameters, trainingSet)
        var random = RandomState(seed: randomState)
        treeSeeds = (0..<hyperparameters.treeCount).map { _ in Self.seed(&random) }
        targets = Self.numbers(trainingSet.target)
        outputCount = if case .classes(_, let count) = trainingSet.target { count } else { 1 }
        featureHasMissing = features.hasMissing
        let usesSums = SplitterData.usesSums(hyperparameters, trainingSet, targets)
        twins = usesSums ? try MissingTwins(features, hasMissing: featureHasMissing) : nil
        let grown = twins?.features ?? features
        splitterData = try await SplitterData(
            hyperparameters,
            trainingSet,
            grown,
            usesSums: usesSums,
            targets: targets,
            bootstrap: bootstrap,
            threadCount: threadCount
        )
        let looksAtRows = Self.looksAtRows(
            hyperparameters,
            rowCount: grown.rowCount,
            featureCount: grown.featureCount
        )
        featureRows = looksAtRows ? grown.rowMajorValues() : []
    }

    /// The values, or the classes as numbers.
    static func numbers(_ target: Target) -> [Double] {
        switch target {
        case .values(let values): values
        case .classes(let classes, _): classes.map(Double.init)
        }
    }

    /// Whether trees grow deep enough for small nodes, and these are searched by row.
    static func looksAtRows(_ hyperparameters: Hyperparameters, rowCount: Int, featureCount: Int) -> Bool {
        let depth = min(hyperparameters.maxDepth ?? 40, 40)
        return SmallNodes.suffice(featureCount: featureCount) && SmallNodes.most << depth >= rowCount
    }

    static func seed(_ random: inout RandomState) -> UInt32 {
        UInt32(random.randomInteger(below: Int(Int32.max)))
    }
}
