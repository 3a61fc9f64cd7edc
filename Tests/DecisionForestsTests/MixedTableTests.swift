import DecisionForests
import Testing

@Suite("Missing values, columns of few values and sparse ones")
struct MixedTableTests {
    /// Constraints of 0 ask for nothing, and for the splitter that looks at each value as it is.
    @Test(
        "They are binned or sorted with the others, and the forest is that of the splitter that sets them apart",
        arguments: [Hyperparameters.Criterion.squaredError, .friedmanMSE, .gini, .entropy],
        [(1, 6, 1.0, 1), (2, 6, 0.4, 3), (3, 40, 1.0, 2), (4, 40, 0.1, 1), (5, 1, 1.0, 1)]
    )
    func sameForest(
        criterion: Hyperparameters.Criterion,
        table: (seed: UInt32, featureCount: Int, maxFeatures: Double, minSamplesLeaf: Int)
    ) async throws {
        let grown = try await expectPlainForest(criterion, table, gaps: true)
        let questions = grown.trees.flatMap { tree in
            tree.feature.indices.filter { tree.feature[$0] >= 0 }.map { (tree.threshold[$0], tree.missingGoesLeft[$0]) }
        }
        #expect(questions.contains { $0.1 } && questions.contains { $0.0 == .infinity })
        #expect(!questions.contains { $0.0 == -.infinity })
    }

    @Test(
        "Columns of few values are binned, sparse ones sorted in part, and the forest is that of the plain splitter",
        arguments: [Hyperparameters.Criterion.squaredError, .gini, .entropy],
        [(1, 6, 1.0, 1), (2, 12, 0.2, 3), (3, 40, 0.1, 2)]
    )
    func withoutGaps(
        criterion: Hyperparameters.Criterion,
        table: (seed: UInt32, featureCount: Int, maxFeatures: Double, minSamplesLeaf: Int)
    ) async throws {
        try await expectPlainForest(criterion, table, gaps: false)
    }

    @Test("Binned, they predict about as well", arguments: [Hyperparameters.Task.regression, .classification])
    func binned(task: Hyperparameters.Task) async throws {
        let train = try Self.table(task, seed: 6, featureCount: 5, rows: 12_000)
        let test = try Self.table(task, seed: 7, featureCount: 5, rows: 2000)
        func score(_ splitter: Hyperparameters.Splitter) async throws -> Double {
            let parameters = try Hyperparameters(
                task: task,
                treeCount: 5,
                minSamplesLeaf: .count(3),
                splitter: splitter
            )
            let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 5)
            #expect(trainer.splitter(for: train) == (splitter == .exact ? .exact : .hist))
            return try ForestPredictor(try await trainer.train(on: train)).score(test.features, test.target)
        }
        let exact = try await score(.exact)
        #expect(exact > 0.7)
        #expect(abs(try await score(.hist) - exact) < 0.015)
        #expect(abs(try await score(.auto) - exact) < 0.015)
    }

    /// Expects the same trees with and without constraints that ask for nothing.
    @discardableResult
    private func expectPlainForest(
        _ criterion: Hyperparameters.Criterion,
        _ table: (seed: UInt32, featureCount: Int, maxFeatures: Double, minSamplesLeaf: Int),
        gaps: Bool
    ) async throws -> RandomForest {
        let trainingSet = try Self.table(
            criterion.task,
            seed: table.seed,
            featureCount: table.featureCount,
            rows: 1500,
            gaps: gaps
        )
        func forest(constraints: [Int]?) async throws -> RandomForest {
            let parameters = try Hyperparameters(
                task: criterion.task,
                treeCount: 3,
                criterion: criterion,
                minSamplesLeaf: .count(table.minSamplesLeaf),
                maxFeatures: .fraction(table.maxFeatures),
                monotonicConstraints: constraints,
                splitter: .exact
            )
            return try await RandomForestTrainer(hyperparameters: parameters, randomState: 5).train(on: trainingSet)
        }

        let grown = try await forest(constraints: nil)

        let plain = try await forest(constraints: [Int](repeating: 0, count: table.featureCount))
        // But for the values: constraints keep those of two classes adding up to 1, in their way.
        for (tree, other) in zip(grown.trees, plain.trees) {
            #expect(tree.feature == other.feature)
            #expect(tree.threshold == other.threshold)
            #expect(tree.missingGoesLeft == other.missingGoesLeft)
            #expect(tree.leftChild == other.leftChild)
            #expect(tree.weightedSampleCount == other.weightedSampleCount)
            #expect(tree.impurity == other.impurity)
            #expect(zip(tree.value, other.value).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($0)) })
        }
        return grown
    }

    /// Columns of many, few and nearly equal values, sparse ones, constants, some with gaps, of which one tells of the target.
    private static func table(
        _ task: Hyperparameters.Task,
        seed: UInt32,
        featureCount: Int,
        rows: Int,
        gaps: Bool = true
    ) throws -> TrainingSet {
        var random = RandomState(seed: seed)
        var values: [Float] = []
        for feature in 0..<featureCount {
            for _ in 0..<rows {
                let share = random.uniform()
                switch feature % 6 {
                case 0: values.append(Float(share))
                case 1: values.append(Float((share * 5).rounded()))
                case 2: values.append(1 / Float(share + 1e-3))
                case 3: values.append(Float((share * 40).rounded()) * 5e-8)
                case 4: values.append(share < 0.4 ? -0.0 : share < 0.85 ? 0 : Float(share) - 0.93)
                default: values.append(1)
                }
            }
        }
        let sums = (0..<rows).map { row in
            Double(values[row]) * 100 + (featureCount > 1 ? Double(values[rows + row]) * 10 : 0) + random.uniform() * 10
        }
        for feature in 0..<featureCount where gaps && feature % 4 != 3 {
            for row in 0..<rows where random.uniform() < (feature == 0 && sums[row] > 100 ? 0.6 : 0.1) {
                values[feature * rows + row] = .nan
            }
        }
        return try TrainingSet(
            features: FeatureMatrix(rowCount: rows, featureCount: featureCount, values: values),
            target: task == .regression
                ? .values(sums.map { $0.rounded() }) : .classes(sums.map { $0 > 80 ? 1 : 0 }, count: 2)
        )
    }
}
