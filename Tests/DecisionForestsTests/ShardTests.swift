import Testing

@testable import DecisionForests

@Suite("A forest whose trees are grown apart")
struct ShardTests {
    /// 400 rows, 5 features, values that repeat now and then.
    private static let features = FeatureMatrix(
        rowCount: 400,
        featureCount: 5,
        values: {
            var random = RandomState(seed: 3)
            return (0..<2000).map { _ in Float(random.randomInteger(below: 50)) }
        }()
    )

    private static func trainingSet(_ task: Hyperparameters.Task) throws -> TrainingSet {
        let sums = (0..<400).map { row in (0..<5).reduce(0) { $0 + Double(features[row, $1]) } }
        let target: Target =
            task == .regression ? .values(sums) : .classes(sums.map { Int32($0 / 40) % 3 }, count: 3)
        return try TrainingSet(features: features, target: target)
    }

    @Test(
        "Put together it is the forest that is grown at once, out-of-bag estimate and all",
        arguments: [
            (Hyperparameters.Task.regression, Hyperparameters.Splitter.exact), (.regression, .hist),
            (.classification, .exact), (.classification, .hist),
        ]
    )
    func assembled(task: Hyperparameters.Task, splitter: Hyperparameters.Splitter) async throws {
        let trainer = RandomForestTrainer(
            hyperparameters: try Hyperparameters(task: task, treeCount: 10, oobScore: true, splitter: splitter),
            randomState: 7,
            threadCount: 2
        )
        let trainingSet = try Self.trainingSet(task)
        var trees: [DecisionTree] = []
        for range in [0..<3, 3..<4, 4..<10] { trees += try await trainer.growTrees(range, on: trainingSet) }

        // Compared outside the macro, which would print all trees.
        let isSame = try await trainer.assemble(trees, on: trainingSet) == trainer.train(on: trainingSet)
        #expect(isSame)
    }
}
