import DecisionForests
import Testing

@Suite("Prediction")
struct ForestPredictorTests {
    @Test(
        "Batch and single row give what walking the trees gives",
        arguments: FixtureCase.all.filter { $0.whole != nil }
    )
    func walks(_ fixture: FixtureCase) async throws {
        let trainingSet = try fixture.trainingSet()
        let trainer = RandomForestTrainer(hyperparameters: fixture.parameters, randomState: fixture.seed)
        let forest = try await trainer.train(on: trainingSet)
        let features = trainingSet.features
        let predictor = ForestPredictor(forest)

        let batch = predictor.predict(features)

        for row in 0..<features.rowCount {
            let values = (0..<features.featureCount).map { features[row, $0] }
            #expect(predictor.predict(row: values) == batch[row])
            guard forest.task == .regression else { continue }
            let sum = forest.trees.reduce(0) { $0 + $1.value[$1.leaf(of: row, in: features)] }
            #expect(batch[row] == sum / Double(forest.trees.count))
        }
    }

    @Test(
        "Trees of any depth send every row to its leaf, however many rows there are",
        arguments: [1, 2, 3, 4, 5, 6, 7, 20]
    )
    func depths(depth: Int) async throws {
        let noise = try Examples.noise(rows: 1100, features: 5)
        guard case .values(let values) = noise.target else { return }
        let classes = Target.classes(values.map { Int32($0 * 3) }, count: 3)
        for (task, target) in [(Hyperparameters.Task.regression, noise.target), (.classification, classes)] {
            let parameters = try Hyperparameters(
                task: task,
                treeCount: 3,
                maxDepth: depth,
                // Some leaves are high up in the tree.
                minSamplesLeaf: .count(depth > 6 ? 1 : 60)
            )
            let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 1)
                .train(on: TrainingSet(features: noise.features, target: target))
            let predictor = ForestPredictor(forest)
            for count in [1, 15, 16, 17, 1100] {
                let features = noise.features.rows(Array(0..<count))
                let batch = predictor.predict(features)
                for row in 0..<count {
                    #expect(batch[row] == predictor.predict(row: (0..<5).map { features[row, $0] }))
                }
                let chunked = try await predictor.outputs(features, threadCount: 2)
                #expect(chunked.count == count * forest.outputCount)
                if task == .regression { #expect(chunked == batch) }
            }
        }
    }

    @Test("Trees that are nothing but a leaf stand beside others")
    func leavesAlone() {
        let leaf = DecisionTree(
            feature: [-1],
            threshold: [0],
            leftChild: [-1],
            rightChild: [-1],
            missingGoesLeft: [false],
            value: [10],
            sampleCount: [3],
            weightedSampleCount: [3],
            impurity: [1]
        )
        let forest = RandomForest(task: .regression, trees: [leaf, .question, leaf], featureCount: 1, outputCount: 1)
        let rows = FeatureMatrix(columns: [(0..<20).map { Double($0 % 2) }])
        let expected: [Double] = (0..<20).map { $0 % 2 == 0 ? 21 / 3 : 22 / 3 }
        #expect(ForestPredictor(forest).predict(rows) == expected)
    }

    @Test("A node takes at most 12 bytes")
    func size() async throws {
        let trainingSet = try Examples.noise(rows: 500, features: 5)
        let parameters = try Hyperparameters(task: .regression, treeCount: 3)
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 1).train(on: trainingSet)
        let size = ForestPredictor(forest).byteCount
        #expect(size <= 12 * forest.nodeCount + 8 * forest.trees.count)
    }

    @Test("Missing values go where the training sent them")
    func missing() {
        let forest = RandomForest(task: .regression, trees: [.question], featureCount: 1, outputCount: 1)
        #expect(forest.predict(FeatureMatrix(columns: [[.nan, 0.5, 0.6]])) == [1, 1, 2])
    }

    @Test("A forest of too many nodes and features to be packed predicts all the same")
    func tooLargeToPack() {
        let featureCount = 1 << 20
        var row = [Float](repeating: 0, count: featureCount)
        row[0] = 300.5
        let forest = RandomForest(
            task: .regression,
            trees: [.chain(length: 600)],
            featureCount: featureCount,
            outputCount: 1
        )
        #expect(ForestPredictor(forest).predict(row: row) == 301)
    }
}

extension DecisionTree {
    /// 1 for values up to 0.5 and missing ones, else 2.
    fileprivate static let question = DecisionTree(
        feature: [0, -1, -1],
        threshold: [0.5, 0, 0],
        leftChild: [1, -1, -1],
        rightChild: [2, -1, -1],
        missingGoesLeft: [true, false, false],
        value: [0, 1, 2],
        sampleCount: [2, 1, 1],
        weightedSampleCount: [2, 1, 1],
        impurity: [1, 0, 0]
    )

    /// Value k for x in (k - 1, k], up to the length.
    static func chain(length: Int) -> DecisionTree {
        let isInner = (0...(2 * length)).map { $0 % 2 == 0 && $0 < 2 * length }
        return DecisionTree(
            feature: isInner.map { $0 ? 0 : -1 },
            threshold: isInner.indices.map { isInner[$0] ? Double($0 / 2) : 0 },
            leftChild: isInner.indices.map { isInner[$0] ? Int32($0 + 1) : -1 },
            rightChild: isInner.indices.map { isInner[$0] ? Int32($0 + 2) : -1 },
            missingGoesLeft: isInner.map { _ in false },
            value: isInner.indices.map { Double($0 / 2) },
            sampleCount: isInner.map { _ in 1 },
            weightedSampleCount: isInner.map { _ in 1 },
            impurity: isInner.map { _ in 0 }
        )
    }
}
