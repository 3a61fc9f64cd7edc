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
        self.threadCount = max(1, threadCount ?? TrainingExecutor.coreCount)
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
        try checkMemory(for: trainingSet)
        let plan = try await TrainingPlan(
            hyperparameters,
            randomState: randomState,
            trainingSet: trainingSet,
            threadCount: threadCount
        )
        let trees = try await TrainingExecutor.map(0..<hyperparameters.treeCount, threadCount: threadCount) {
            try plan.growTree($0)
        } progress: {
            progress?($0)
        }
        let outOfBag = hyperparameters.oobScore ? try await plan.outOfBagEstimate(trees, threadCount: threadCount) : nil
        return RandomForest(
            task: hyperparameters.task,
            trees: trees,
            featureCount: trainingSet.features.featureCount,
            outputCount: plan.outputCount,
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
