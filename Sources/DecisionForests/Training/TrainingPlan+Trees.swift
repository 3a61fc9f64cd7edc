extension TrainingPlan {
    /// Grows the tree with this index.
    func growTree(_ index: Int) throws -> DecisionTree {
        try scratches.with { try growTree(index, in: $0) }
    }

    private func growTree(_ index: Int, in scratch: Scratch) throws -> DecisionTree {
        let seed = treeSeeds[index]
        let weights = bootstrap.weights(counts: bootstrap.counts(seed: seed))
        // The tree's own generator starts afresh from the seed that the bootstrap used.
        var random = RandomState(seed: seed)
        let samplerSeed = Self.seed(&random)
        let grown = twins?.features ?? trainingSet.features
        let tree = try grown.values.withUnsafeBufferPointer { features in
            try featureRows.withUnsafeBufferPointer { featureRows in
                try targets.withUnsafeBufferPointer { targets in
                    try weights.withUnsafeBufferPointer { weights in
                        try grow(
                            TreeProblem(
                                rowCount: weights.count,
                                featureCount: grown.featureCount,
                                outputCount: outputCount,
                                features: features.baseAddress!,
                                featureRows: featureRows.isEmpty ? nil : featureRows.baseAddress,
                                twins: twins?.table(in: scratch),
                                featureHasMissing: featureHasMissing,
                                targets: targets.baseAddress!,
                                weights: weights.baseAddress!,
                                totalWeight: weights.reduce(0, +),
                                limits: limits,
                                minWeightLeaf: leastWeight(of: weights),
                                samplerSeed: samplerSeed,
                                scratch: scratch,
                                treeRowCount: weights.count
                            )
                        )
                    }
                }
            }
        }
        return hyperparameters.ccpAlpha > 0 ? tree.pruned(alpha: hyperparameters.ccpAlpha) : tree
    }

    /// The least weight of a leaf.
    private func leastWeight(of weights: UnsafeBufferPointer<Double>) -> Double {
        limits.minWeightFractionLeaf > 0 ? limits.minWeightFractionLeaf * weights.numpySum() : 0
    }

    private func grow(_ problem: TreeProblem) throws -> DecisionTree {
        if case .reference(let orders) = splitterData {
            return switch hyperparameters.criterion {
            case .squaredError, .friedmanMSE: try grow(problem, orders, SquaredErrorCriterion.self)
            case .absoluteError: try grow(problem, orders, AbsoluteErrorCriterion.self)
            case .poisson: try grow(problem, orders, PoissonCriterion.self)
            case .gini: try grow(problem, orders, GiniCriterion.self)
            case .entropy, .logLoss: try grow(problem, orders, EntropyCriterion.self)
            }
        }
        return switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE, .absoluteError, .poisson: try grow(problem, SquaredErrorScan.self)
        case .gini: try grow(problem, GiniScan.self)
        case .entropy, .logLoss: try grow(problem, EntropyScan.self)
        }
    }

    private func grow<Scan: BinScan>(_ problem: TreeProblem, _: Scan.Type) throws -> DecisionTree {
        let grower = TreeGrower(problem)
        switch splitterData {
        case .reference: preconditionFailure("it has criteria of its own")
        case .lists(let targets, let orders):
            var splitter = try ListSplitter<Scan>(problem, targets, orders)
            return try grower.grow(&splitter)
        case .mixed(let targets, let binned, let sparse, let orders, let rounds):
            var splitter = try MixedSplitter<Scan>(problem, targets, binned, sparse, orders, roundsWeights: rounds)
            return try grower.grow(&splitter)
        case .histograms(let targets, let binned, let rounds):
            var splitter = HistogramSplitter<Scan>(problem, targets, binned, roundsWeights: rounds)
            return try grower.grow(&splitter)
        }
    }

    private func grow<C: Criterion>(_ problem: TreeProblem, _ orders: FeatureOrders?, _: C.Type) throws -> DecisionTree
    {
        if canBeOptimistic(C.self, orders) {
            var splitter = try ReferenceSplitter<C>(problem, orders, isOptimistic: true)
            let tree = try TreeGrower(problem).grow(&splitter)
            if !splitter.isInDoubt { return tree }
        }
        var splitter = try ReferenceSplitter<C>(problem, orders, isOptimistic: false)
        let grower = TreeGrower(problem)
        return try grower.grow(&splitter)
    }

    /// Whether all that depends on the order of rows is the choice between splits and which nodes are pure. Sums of
    /// weights do, too, unless they are whole.
    private func canBeOptimistic<C: Criterion>(_: C.Type, _ orders: FeatureOrders?) -> Bool {
        C.self == SquaredErrorCriterion.self && orders != nil && limits.minImpurityDecrease == 0
            && bootstrap.wholeWeight != nil && limits.minWeightFractionLeaf == 0 && limits.monotonicConstraints.isEmpty
    }
}
