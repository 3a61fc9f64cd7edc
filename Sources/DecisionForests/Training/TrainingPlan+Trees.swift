extension TrainingPlan {
    /// Grows the tree with this index.
    func growTree(_ index: Int) throws -> DecisionTree {
        let seed = treeSeeds[index]
        let weights = bootstrap.weights(counts: bootstrap.counts(seed: seed))
        // The tree's own generator starts afresh from the seed that the bootstrap used.
        var random = RandomState(seed: seed)
        let samplerSeed = Self.seed(&random)
        return try trainingSet.features.values.withUnsafeBufferPointer { features in
            try targets.withUnsafeBufferPointer { targets in
                try weights.withUnsafeBufferPointer { weights in
                    let problem = TreeProblem(
                        rowCount: weights.count,
                        featureCount: trainingSet.features.featureCount,
                        outputCount: outputCount,
                        features: features.baseAddress!,
                        featureHasMissing: featureHasMissing,
                        targets: targets.baseAddress!,
                        weights: weights.baseAddress!,
                        totalWeight: weights.reduce(0, +),
                        limits: limits,
                        minWeightLeaf: limits.minWeightFractionLeaf * weights.numpySum(),
                        samplerSeed: samplerSeed,
                        scratch: Scratch()
                    )
                    let tree = try grow(problem)
                    return hyperparameters.ccpAlpha > 0 ? tree.pruned(alpha: hyperparameters.ccpAlpha) : tree
                }
            }
        }
    }

    private func grow(_ problem: TreeProblem) throws -> DecisionTree {
        if let listData {
            return try hyperparameters.task == .regression
                ? grow(problem, listData, SquaredErrorScan.self) : grow(problem, listData, GiniScan.self)
        }
        return switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE: try grow(problem, SquaredErrorCriterion.self)
        case .absoluteError: try grow(problem, AbsoluteErrorCriterion.self)
        case .poisson: try grow(problem, PoissonCriterion.self)
        case .gini: try grow(problem, GiniCriterion.self)
        case .entropy, .logLoss: try grow(problem, EntropyCriterion.self)
        }
    }

    private func grow<Scan: CutScan>(
        _ problem: TreeProblem,
        _ data: ListData,
        _: Scan.Type
    ) throws -> DecisionTree {
        var splitter = ListSplitter<Scan>(problem, data.targets, data.orders)
        return try TreeGrower(limits: limits, minWeightLeaf: problem.minWeightLeaf).grow(&splitter)
    }

    private func grow<C: Criterion>(_ problem: TreeProblem, _: C.Type) throws -> DecisionTree {
        var splitter = ReferenceSplitter<C>(problem)
        let grower = TreeGrower(limits: limits, minWeightLeaf: problem.minWeightLeaf)
        return try grower.grow(&splitter)
    }
}
