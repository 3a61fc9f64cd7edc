import DecisionForests
import Synchronization
import Testing

@Suite("Training")
struct RandomForestTrainerTests {
    @Test("The number of threads does not change a bit of the forest", arguments: [2, 3, 8])
    func threadCount(_ threads: Int) async throws {
        let trainingSet = try Examples.noise(rows: 200, features: 5)
        let parameters = try Hyperparameters(task: .regression, treeCount: 12, oobScore: true)
        let one = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 1)
        let many = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: threads)
        #expect(try await one.train(on: trainingSet) == many.train(on: trainingSet))
    }

    @Test("Another seed grows another forest")
    func seeds() async throws {
        let trainingSet = try Examples.noise(rows: 100, features: 4)
        let parameters = try Hyperparameters(task: .regression, treeCount: 2)
        let first = RandomForestTrainer(hyperparameters: parameters, randomState: 1)
        let second = RandomForestTrainer(hyperparameters: parameters, randomState: 2)
        #expect(try await first.train(on: trainingSet) != second.train(on: trainingSet))
    }

    @Test("More trees begin with the trees of fewer")
    func prefix() async throws {
        let trainingSet = try Examples.noise(rows: 100, features: 4)
        let few = RandomForestTrainer(
            hyperparameters: try Hyperparameters(task: .regression, treeCount: 3),
            randomState: 1
        )
        let many = RandomForestTrainer(
            hyperparameters: try Hyperparameters(task: .regression, treeCount: 6),
            randomState: 1
        )
        #expect(try await few.train(on: trainingSet).trees[...] == many.train(on: trainingSet).trees[..<3])
    }

    @Test("Progress counts every tree once")
    func progress() async throws {
        let trainingSet = try Examples.noise(rows: 50, features: 3)
        let parameters = try Hyperparameters(task: .regression, treeCount: 9)
        let seen = Mutex<[Int]>([])
        let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 1)
        _ = try await trainer.train(on: trainingSet) { count in seen.withLock { $0.append(count) } }
        #expect(seen.withLock { $0.sorted() } == Array(1...9))
    }

    @Test("A cancelled training stops between trees", .timeLimit(.minutes(10)))
    func cancellation() async throws {
        let trainingSet = try Examples.noise(rows: 200, features: 5)
        let parameters = try Hyperparameters(task: .regression, treeCount: 100_000)
        let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 1)
        let (started, starts) = AsyncStream.makeStream(of: Void.self)
        let training = Task { try await trainer.train(on: trainingSet) { _ in starts.yield() } }
        for await _ in started { break }
        training.cancel()
        await #expect(throws: CancellationError.self) { try await training.value }
    }

    @Test("The learning curve ends at the out-of-bag error of the whole forest")
    func learningCurve() async throws {
        let trainingSet = try Examples.noise(rows: 200, features: 5)
        let parameters = try Hyperparameters(task: .regression, treeCount: 40, oobScore: true)
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 7).train(on: trainingSet)
        let estimate = try #require(forest.outOfBag)
        guard case .values(let values) = trainingSet.target else { return }
        #expect(estimate.rowsWithoutEstimate == 0)
        #expect(estimate.learningCurve.count == 40)
        let error = RegressionMetrics(actual: values, predicted: estimate.predictions).rmse
        #expect(isClose(try #require(estimate.learningCurve.last), error))
    }

    @Test("Where a leaf or a split needs more rows than there are, nothing is split")
    func boundless() async throws {
        let trainingSet = try Examples.noise(rows: 50, features: 3)
        func trees(_ parameters: Hyperparameters) async throws -> ArraySlice<DecisionTree> {
            try await RandomForestTrainer(hyperparameters: parameters, randomState: 7).train(on: trainingSet).trees[...]
        }
        for count in [51, Int.max] {
            for parameters in [
                try Hyperparameters(task: .regression, treeCount: 2, minSamplesLeaf: .count(count)),
                try Hyperparameters(task: .regression, treeCount: 2, minSamplesSplit: .count(count)),
            ] {
                #expect(try await trees(parameters).allSatisfy { $0.nodeCount == 1 })
            }
        }
    }

    @Test(
        "A bootstrap of endless draws is refused",
        arguments: [
            (.count(.max), nil), (.count(50_001), nil), (.fraction(1e300), nil), (.fraction(1001), nil),
            (.fraction(0.5), [Double](repeating: 1e20, count: 50)),
        ] as [(Hyperparameters.SampleCount, [Double]?)]
    )
    func endlessBootstrap(samples: Hyperparameters.SampleCount, weights: [Double]?) async throws {
        let noise = try Examples.noise(rows: 50, features: 3)
        let trainingSet = try TrainingSet(features: noise.features, target: noise.target, sampleWeights: weights)
        let parameters = try Hyperparameters(task: .regression, treeCount: 2, maxSamples: samples)
        let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 7)
        let error = await #expect(throws: TrainingError.self) { try await trainer.train(on: trainingSet) }
        #expect(error?.parameter == "max_samples")
    }

    @Test(
        "Targets at the edges of what doubles hold are learnt, by both splitters",
        arguments: [
            [1e-304, 3e-304], [.leastNonzeroMagnitude, 0], [-1.7e308, 1.7e308], [1e-300, 2e-290],
        ]
    )
    func extremeTargets(values: [Double]) async throws {
        let rows = (0..<64).map { Double($0 % 8) }
        let trainingSet = try TrainingSet(
            features: FeatureMatrix(columns: [rows]),
            target: .values(rows.map { $0 < 4 ? values[0] : values[1] })
        )
        for splitter in [Hyperparameters.Splitter.exact, .hist] {
            let parameters = try Hyperparameters(task: .regression, treeCount: 3, splitter: splitter)
            let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 7).train(
                on: trainingSet
            )
            #expect(forest.trees.count == 3)
        }
    }

    @Test("A training that cannot fit into memory is refused")
    func tooLarge() async throws {
        let trainingSet = try Examples.noise(rows: 1000, features: 2)
        let parameters = try Hyperparameters(task: .regression, treeCount: 1_000_000_000)
        let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 7)
        let error = await #expect(throws: TrainingError.self) { try await trainer.train(on: trainingSet) }
        #expect(error?.code == .tooLarge)
    }

    @Test("The estimate of the memory decides, and stands in the error")
    func memoryLimit() async throws {
        let trainingSet = try Examples.noise(rows: 1000, features: 20)
        let parameters = try Hyperparameters(task: .regression, treeCount: 100)
        let needed = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 1)
            .estimatedMemory(for: trainingSet)
        func trainer(limit: Int) -> RandomForestTrainer {
            RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 1, memoryLimit: limit)
        }
        _ = try await trainer(limit: needed).train(on: trainingSet)
        let error = await #expect(throws: TrainingError.self) {
            try await trainer(limit: needed - 1).train(on: trainingSet)
        }
        #expect(error?.code == .tooLarge && error?.description.contains("\(needed >> 20) MB") == true)
    }

    @Test("A cancelled training never returns the stump that is left of a large tree", .timeLimit(.minutes(10)))
    func cancelledLargeTree() async throws {
        let trainingSet = try Examples.noise(rows: 60_000, features: 4)
        for leaves in [nil, 30_000] {
            let parameters = try Hyperparameters(task: .regression, treeCount: 1, maxLeafNodes: leaves)
            let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 1)
            let training = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await trainer.train(on: trainingSet)
            }
            await #expect(throws: CancellationError.self) { try await training.value }
        }
    }

    @Test("A tree with single-row leaves predicts its own rows")
    func memorises() async throws {
        let trainingSet = try Examples.noise(rows: 80, features: 3)
        let parameters = try Hyperparameters(task: .regression, treeCount: 1, bootstrap: false)
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 0).train(on: trainingSet)
        #expect(Target.values(forest.predict(trainingSet.features)) == trainingSet.target)
    }

    @Test("Leaves keep at least min_samples_leaf rows, and no tree is deeper than max_depth")
    func limits() async throws {
        let trainingSet = try Examples.noise(rows: 300, features: 4)
        let parameters = try Hyperparameters(task: .regression, treeCount: 4, maxDepth: 6, minSamplesLeaf: .count(5))
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 0).train(on: trainingSet)
        for tree in forest.trees {
            #expect(tree.depth <= 6)
            #expect(zip(tree.feature, tree.sampleCount).allSatisfy { $0 >= 0 || $1 >= 5 })
        }
    }

    @Test("Importances add up to 1 and are highest for the feature that matters")
    func importances() async throws {
        let noise = try Examples.noise(rows: 300, features: 4)
        let target = (0..<300).map { Double(noise.features[$0, 2]) * 10 }
        let trainingSet = try TrainingSet(features: noise.features, target: .values(target))
        let parameters = try Hyperparameters(task: .regression, treeCount: 5)
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 0).train(on: trainingSet)
        #expect(isClose(forest.featureImportances.reduce(0, +), 1))
        #expect(forest.featureImportances[2] > 0.95)
    }

    @Test("What only data and parameters together show is refused", arguments: Refusal.all)
    func refusals(_ refusal: Refusal) async throws {
        let trainer = RandomForestTrainer(hyperparameters: refusal.parameters, randomState: 0)
        let error = await #expect(throws: TrainingError.self) { try await trainer.train(on: refusal.trainingSet) }
        #expect(error?.code == refusal.code)
        #expect(error?.parameter == refusal.parameter)
    }

    struct Refusal: Sendable {
        let parameters: Hyperparameters
        let trainingSet: TrainingSet
        let code: TrainingError.Code
        let parameter: String?

        static let all: [Refusal] = {
            let numbers = try! Examples.noise(rows: 20, features: 2)
            let classes = try! TrainingSet(
                features: numbers.features,
                target: .classes((0..<20).map { $0 % 3 }, count: 3)
            )
            let negative = try! TrainingSet(
                features: numbers.features,
                target: .values((0..<20).map { 3 - Double($0) })
            )
            let holes = try! TrainingSet(
                features: FeatureMatrix(columns: [[1, .nan, 3], [1, 2, 3]]),
                target: .values([1, 2, 3])
            )
            return [
                Refusal(
                    parameters: try! Hyperparameters(task: .regression, maxFeatures: .count(3)),
                    trainingSet: numbers,
                    code: .invalidParameter,
                    parameter: "max_features"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .regression, monotonicConstraints: [1]),
                    trainingSet: numbers,
                    code: .invalidParameter,
                    parameter: "monotonic_cst"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .classification, monotonicConstraints: [1, 0]),
                    trainingSet: classes,
                    code: .contradictoryParameters,
                    parameter: "monotonic_cst"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .classification, classWeight: .weights([7: 1])),
                    trainingSet: classes,
                    code: .invalidParameter,
                    parameter: "class_weight"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .regression, criterion: .poisson),
                    trainingSet: negative,
                    code: .invalidData,
                    parameter: "criterion"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .regression, criterion: .absoluteError),
                    trainingSet: holes,
                    code: .invalidData,
                    parameter: "criterion"
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .classification),
                    trainingSet: numbers,
                    code: .invalidData,
                    parameter: nil
                ),
                Refusal(
                    parameters: try! Hyperparameters(task: .regression),
                    trainingSet: classes,
                    code: .invalidData,
                    parameter: nil
                ),
            ]
        }()
    }
}

enum Examples {
    /// Uniform features and an unrelated target.
    static func noise(rows: Int, features: Int) throws -> TrainingSet {
        var random = RandomState(seed: 11)
        let columns = (0..<features).map { _ in (0..<rows).map { _ in random.uniform() } }
        return try TrainingSet(
            features: FeatureMatrix(columns: columns),
            target: .values((0..<rows).map { _ in random.uniform() })
        )
    }
}
