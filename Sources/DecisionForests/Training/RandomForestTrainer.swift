/// Grows random forests.
///
/// The forest is a function of the data, the hyperparameters and the seed alone: neither the number of threads nor
/// their timing changes a bit of it.
public struct RandomForestTrainer: Sendable {
    public let hyperparameters: Hyperparameters
    /// scikit-learn's `random_state`.
    public let randomState: UInt32
    /// How many threads grow trees.
    public let threadCount: Int
    /// How much memory training may need besides the training set, in bytes.
    public let memoryLimit: Int

    /// - Parameters:
    ///   - threadCount: nil: as many as the machine has cores.
    ///   - memoryLimit: in bytes, if it is less than what the machine has.
    public init(
        hyperparameters: Hyperparameters,
        randomState: UInt32,
        threadCount: Int? = nil,
        memoryLimit: Int? = nil
    ) {
        self.hyperparameters = hyperparameters
        self.randomState = randomState
        self.threadCount = max(1, threadCount ?? TrainingThreads.coreCount)
        self.memoryLimit = min(memoryLimit ?? .max, physicalMemory)
    }

    /// Grows the forest.
    ///
    /// Each tree costs O(rows · features · log rows) time or less; memory is a few times the size of the features.
    ///
    /// - Parameter progress: Gets the number of finished trees after each tree, from any thread.
    /// - Throws: `TrainingError` if data and hyperparameters do not fit together, or with code `.tooLarge` if the memory
    ///   would not suffice, `CancellationError` soon after the
    ///   task is cancelled, also in the middle of a large tree.
    public func train(
        on trainingSet: TrainingSet,
        progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> RandomForest {
        let plan = try await plan(for: trainingSet)
        let trees = try await grow(0..<hyperparameters.treeCount, plan, progress)
        return forest(
            of: trees,
            on: trainingSet,
            outOfBag: hyperparameters.oobScore ? try await plan.outOfBagEstimate(trees, threadCount: threadCount) : nil
        )
    }

    /// Grows some of the forest's trees, the same that `train` grows, so that several machines can share the work.
    ///
    /// - Parameter indices: which ones, of those from 0 to the number of trees.
    /// - Throws: as `train`.
    public func growTrees(
        _ indices: Range<Int>,
        on trainingSet: TrainingSet,
        progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> [DecisionTree] {
        precondition(indices.lowerBound >= 0 && indices.upperBound <= hyperparameters.treeCount)
        return try await grow(indices, try await plan(for: trainingSet), progress)
    }

    /// The forest of all its trees, grown by `growTrees` and put in order: what `train` would have made.
    ///
    /// - Throws: as `train`.
    public func assemble(_ trees: [DecisionTree], on trainingSet: TrainingSet) async throws -> RandomForest {
        precondition(trees.count == hyperparameters.treeCount)
        guard hyperparameters.oobScore else { return forest(of: trees, on: trainingSet, outOfBag: nil) }
        let estimate = try await plan(for: trainingSet).outOfBagEstimate(trees, threadCount: threadCount)
        return forest(of: trees, on: trainingSet, outOfBag: estimate)
    }

    private func plan(for trainingSet: TrainingSet) async throws -> TrainingPlan {
        try hyperparameters.check(fit: trainingSet)
        try checkMemory(for: trainingSet)
        return try await TrainingPlan(
            hyperparameters,
            randomState: randomState,
            trainingSet: trainingSet,
            threadCount: threadCount
        )
    }

    private func grow(
        _ indices: Range<Int>,
        _ plan: TrainingPlan,
        _ progress: (@Sendable (Int) -> Void)?
    ) async throws -> [DecisionTree] {
        try await TrainingThreads.map(indices, threadCount: threadCount) {
            try plan.growTree($0)
        } progress: {
            progress?($0)
        }
    }

    private func forest(
        of trees: [DecisionTree],
        on trainingSet: TrainingSet,
        outOfBag: OutOfBagEstimate?
    ) -> RandomForest {
        RandomForest(
            task: hyperparameters.task,
            trees: trees,
            featureCount: trainingSet.features.featureCount,
            outputCount: trees[0].outputCount,
            outOfBag: outOfBag
        )
    }
}

extension RandomForestTrainer {
    /// The splitter that `train` uses for these data: what `auto` comes to.
    public func splitter(for trainingSet: TrainingSet) -> Hyperparameters.Splitter {
        SplitterData.choice(hyperparameters, trainingSet)
    }
}
