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
        let grower = TreeGrower(problem)
        switch splitterData {
        case .lists(let targets, let orders):
            switch hyperparameters.criterion {
            case .squaredError, .friedmanMSE, .absoluteError, .poisson:
                var splitter = try ListSplitter<SquaredErrorScan>(problem, targets, orders)
                return try grower.grow(&splitter)
            case .gini:
                var splitter = try ListSplitter<GiniScan>(problem, targets, orders)
                return try grower.grow(&splitter)
            case .entropy, .logLoss:
                var splitter = try ListSplitter<EntropyScan>(problem, targets, orders)
                return try grower.grow(&splitter)
            }
        case .histograms(let targets, let binned, let sparse, let rounds):
            switch hyperparameters.criterion {
            case .squaredError, .friedmanMSE, .absoluteError, .poisson:
                return try grow(problem, targets, binned, sparse, rounds, SquaredErrorScan.self)
            case .gini: return try grow(problem, targets, binned, sparse, rounds, GiniScan.self)
            case .entropy, .logLoss: return try grow(problem, targets, binned, sparse, rounds, EntropyScan.self)
            }
        case .mixed(let targets, let binned, let sparse, let orders):
            switch hyperparameters.criterion {
            case .squaredError, .friedmanMSE, .absoluteError, .poisson:
                var splitter = try MixedSplitter<SquaredErrorScan>(problem, targets, binned, sparse, orders)
                return try grower.grow(&splitter)
            case .gini:
                var splitter = try MixedSplitter<GiniScan>(problem, targets, binned, sparse, orders)
                return try grower.grow(&splitter)
            case .entropy, .logLoss:
                var splitter = try MixedSplitter<EntropyScan>(problem, targets, binned, sparse, orders)
                return try grower.grow(&splitter)
            }
        case .reference(let orders):
            return switch hyperparameters.criterion {
            case .squaredError, .friedmanMSE: try grow(problem, orders, SquaredErrorCriterion.self)
            case .absoluteError: try grow(problem, orders, AbsoluteErrorCriterion.self)
            case .poisson: try grow(problem, orders, PoissonCriterion.self)
            case .gini: try grow(problem, orders, GiniCriterion.self)
            case .entropy, .logLoss: try grow(problem, orders, EntropyCriterion.self)
            }
        }
    }

    private func grow<Scan: BinScan>(
        _ problem: TreeProblem,
        _ targets: IntegerTargets,
        _ binned: BinnedFeatures,
        _ sparse: SparseColumns,
        _ roundsWeights: Bool,
        _: Scan.Type
    ) throws -> DecisionTree {
        if DemandLists.pay(featureCount: problem.featureCount, drawn: problem.limits.maxFeatures) {
            var splitter = MixedSplitter<Scan>(problem, targets, binned, sparse, roundsWeights: roundsWeights)
            return try TreeGrower(problem).grow(&splitter)
        }
        var splitter = HistogramSplitter<Scan>(problem, targets, binned, roundsWeights: roundsWeights)
        return try TreeGrower(problem).grow(&splitter)
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
