import Testing

@testable import DecisionForests

@Suite("Permutation importance")
struct PermutationImportanceTests {
    @Test("It agrees with scikit-learn's on diabetes")
    func diabetes() async throws {
        let (features, targets) = try Fixtures.table("diabetes")
        let trainer = RandomForestTrainer(
            hyperparameters: try Hyperparameters(task: .regression, treeCount: 5, maxDepth: 4),
            randomState: 3
        )
        let forest = try await trainer.train(on: TrainingSet(features: features, target: .values(targets)))

        let importance = try await PermutationImportance(
            forest,
            features,
            .values(targets),
            repeats: 3,
            randomState: 7
        )

        // sklearn.inspection.permutation_importance(forest, X, y, n_repeats=3, random_state=7)
        let means = [
            0.010446588837242587, 0.0061433647785975225, 0.35914302703819906, 0.07143594450479325,
            0.00440781495790817, 0.025761465968314894, 0.01948707054275234, 0.018454003335728403,
            0.2929992924672084, 0.034443176258100595,
        ]
        #expect(zip(importance.means, means).allSatisfy { isClose($0, $1, tolerance: 1e-10) })
        #expect(isClose(importance.standardDeviations[2], 0.012748192922446186, tolerance: 1e-10))
        #expect(isClose(importance.standardDeviations[8], 0.04873930510497862, tolerance: 1e-10))

        let weighted = try await PermutationImportance(
            forest,
            features,
            .values(targets),
            weights: targets.indices.map { Double($0 * 7 % 11) / 3 },
            repeats: 3,
            randomState: 7
        )
        // … with sample_weight=np.arange(442) * 7 % 11 / 3
        #expect(isClose(weighted.means[2], 0.35806791155287926, tolerance: 1e-10))
        #expect(isClose(weighted.means[8], 0.27362407823280405, tolerance: 1e-10))
    }

    @Test(
        "It is what predicting shuffled rows gives, bit by bit",
        arguments: [
            // rows, features, classes (1: a regression), trees, repeats: several blocks of rows, then of features
            (2500, 5, 1, 3, 2), (1500, 4, 3, 3, 2), (400, 110, 10, 2, 10),
        ]
    )
    func shuffledPredictions(rowCount: Int, featureCount: Int, classCount: Int, treeCount: Int, repeats: Int)
        async throws
    {
        var random = RandomState(seed: 5)
        let values = (0..<(rowCount * featureCount)).map { _ in
            random.randomInteger(below: 20) == 0 ? Float.nan : Float(random.randomInteger(below: 50))
        }
        let features = FeatureMatrix(rowCount: rowCount, featureCount: featureCount, values: values)
        let classes = (0..<rowCount).map { row in
            (Int(features[row, 1].isNaN ? 3 : features[row, 1]) + row % 3) % max(2, classCount)
        }
        let target =
            classCount == 1
            ? Target.values(classes.map { Double($0) / 3 }) : .classes(classes.map(Int32.init), count: classCount)
        let forest = try await RandomForestTrainer(
            hyperparameters: try Hyperparameters(
                task: classCount == 1 ? .regression : .classification,
                treeCount: treeCount,
                maxDepth: featureCount > 100 ? 4 : nil
            ),
            randomState: 3
        ).train(on: TrainingSet(features: features, target: target))

        let importance = try await PermutationImportance(forest, features, target, repeats: repeats, randomState: 7)

        let predictor = ForestPredictor(forest)
        let baseline = try predictor.score(features, target)
        random = RandomState(seed: 7)
        let seed = UInt32(random.randomInteger(below: 1 << 31))
        let means = try (0..<featureCount).map { feature in
            random = RandomState(seed: seed)
            var order = Array(0..<rowCount)
            var shuffled = features
            let losses = try (0..<repeats).map { _ in
                random.shuffle(&order)
                var values = shuffled.values
                for row in 0..<rowCount { values[feature * rowCount + row] = shuffled[order[row], feature] }
                shuffled = FeatureMatrix(rowCount: rowCount, featureCount: featureCount, values: values)
                return try baseline - predictor.score(shuffled, target)
            }
            return losses.reduce(0, +) / Double(repeats)
        }
        #expect(importance.means == means)
        #expect(means.contains { $0 != 0 })
    }

    @Test("A forest that is too large to pack has its rows shuffled, too, until it is cancelled")
    func unpacked() async throws {
        let featureCount = 1 << 20
        let forest = RandomForest(
            task: .regression,
            trees: [.chain(length: 600)],
            featureCount: featureCount,
            outputCount: 1
        )
        var values = [Float](repeating: 0, count: 3 * featureCount)
        values.replaceSubrange(0..<3, with: [300.5, 10.5, 20.5])
        let features = FeatureMatrix(rowCount: 3, featureCount: featureCount, values: values)
        let predictions = ShuffledPredictions(ForestPredictor(forest), features, sources: [[1, 2, 0], [0, 1, 2]])

        #expect(
            try predictions.outputs(shuffling: 0..<2, rows: 0..<3) == [
                11, 21, 301, 301, 11, 21, 301, 11, 21, 301, 11, 21,
            ]
        )
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try predictions.outputs(shuffling: 0..<2, rows: 0..<3)
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test("It ends when it is cancelled")
    func cancelled() async throws {
        let noise = try Examples.noise(rows: 400, features: 4)
        let parameters = try Hyperparameters(task: .regression, treeCount: 3)
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 1).train(on: noise)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await PermutationImportance(forest, noise.features, noise.target, randomState: 1)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
