import DecisionForests
import Testing

@Suite("The binned splitter")
struct HistogramSplitterTests {
    @Test("With at most 256 values per feature and whole targets it grows the exact forest", arguments: [1, 4])
    func fewValues(leastRows: Int) async throws {
        let trainingSet = try Self.counts(rows: 6000)
        // Its bins lose nothing here, so that `exact` uses them, too.
        for splitter in [Hyperparameters.Splitter.hist, .exact] {
            try await expectPlainTrees(on: trainingSet) { constraints in
                try Hyperparameters(
                    task: .regression,
                    treeCount: 3,
                    minSamplesLeaf: .count(leastRows),
                    monotonicConstraints: constraints,
                    splitter: splitter
                )
            }
        }
    }

    @Test("With many values it predicts about as well as the exact one")
    func manyValues() async throws {
        let train = try Self.waves(rows: 4000, seed: 1)
        let test = try Self.waves(rows: 1000, seed: 2)
        func score(_ splitter: Hyperparameters.Splitter) async throws -> Double {
            let parameters = try Hyperparameters(task: .regression, treeCount: 8, splitter: splitter)
            let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 5).train(on: train)
            return try ForestPredictor(forest).score(test.features, test.target)
        }
        let exact = try await score(.exact)
        #expect(exact > 0.9)
        #expect(abs(try await score(.hist) - exact) < 0.01)
    }

    @Test(
        "The number of threads does not change a bit of the forest",
        arguments: [Hyperparameters.Task.regression, .classification]
    )
    func threadCount(task: Hyperparameters.Task) async throws {
        let trainingSet =
            task == .regression ? try Self.waves(rows: 3000, seed: 1) : try Self.classes(rows: 3000, count: 5)
        let parameters = try Hyperparameters(
            task: task,
            treeCount: 4,
            classWeight: task == .classification ? .balancedSubsample : nil,
            splitter: .hist
        )
        let one = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 1)
        let many = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 4)
        let isSame = try await one.train(on: trainingSet) == many.train(on: trainingSet)
        #expect(isSame)
    }

    @Test("It keeps to the limits on leaves")
    func limits() async throws {
        let trainingSet = try Self.waves(rows: 3000, seed: 1)
        let parameters = try Hyperparameters(
            task: .regression,
            treeCount: 2,
            minSamplesLeaf: .count(7),
            minWeightFractionLeaf: 0.005,
            splitter: .hist
        )
        let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 7).train(on: trainingSet)
        for tree in forest.trees {
            #expect(tree.nodeCount > 50)
            #expect(zip(tree.feature, tree.sampleCount).allSatisfy { $0 >= 0 || $1 >= 7 })
            #expect(zip(tree.feature, tree.weightedSampleCount).allSatisfy { $0 >= 0 || $1 >= 15 })
        }
    }

    @Test(
        "With at most 256 values per feature it grows the exact forest of classes",
        arguments: [
            (Hyperparameters.Criterion.gini, Hyperparameters.MaxFeatures.all, 1), (.gini, .count(1), 1),
            (.gini, .all, 5),
            (.gini, .count(2), 1), (.entropy, .all, 1), (.entropy, .count(1), 5), (.logLoss, .count(2), 1),
        ]
    )
    func fewValuesOfClasses(
        criterion: Hyperparameters.Criterion,
        maxFeatures: Hyperparameters.MaxFeatures,
        leastRows: Int
    ) async throws {
        let trainingSet = try Self.classes(rows: 9000, count: 3)
        try await expectPlainTrees(on: trainingSet) { constraints in
            try Hyperparameters(
                task: .classification,
                treeCount: 3,
                criterion: criterion,
                minSamplesLeaf: .count(leastRows),
                maxFeatures: maxFeatures,
                monotonicConstraints: constraints,
                splitter: .hist
            )
        }
    }

    @Test("Weights that are not whole lead to splits as good as the exact ones", arguments: [2, 7])
    func fractionalWeights(classCount: Int) async throws {
        let trainingSet = try Self.classes(rows: 5000, count: classCount)
        func tree(_ splitter: Hyperparameters.Splitter) async throws -> DecisionTree {
            let parameters = try Hyperparameters(
                task: .classification,
                treeCount: 1,
                maxDepth: 6,
                maxFeatures: .all,
                classWeight: .weights([0: 0.3, 1: 1.7]),
                splitter: splitter
            )
            let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 5)
            return try await trainer.train(on: trainingSet).trees[0]
        }
        let exact = try await tree(.exact)
        let hist = try await tree(.hist)
        #expect(exact.weightedImpurity > 0)
        #expect(isClose(exact.weightedImpurity, hist.weightedImpurity, tolerance: 1e-5))
        #expect(isClose(exact.weightedSampleCount[0], hist.weightedSampleCount[0], tolerance: 1e-5))
        #expect(zip(exact.value.prefix(classCount), hist.value).allSatisfy { isClose($0, $1, tolerance: 1e-5) })
    }

    @Test("With many values it finds classes about as well as the exact one")
    func manyValuesOfClasses() async throws {
        func data(_ seed: UInt32) throws -> TrainingSet {
            let waves = try Self.waves(rows: 4000, seed: seed)
            guard case .values(let values) = waves.target else { return waves }
            let classes = values.map { Int32(min(3, max(0, ($0 - 5) / 5))) }
            return try TrainingSet(features: waves.features, target: .classes(classes, count: 4))
        }
        let train = try data(1)
        let test = try data(2)
        func score(_ splitter: Hyperparameters.Splitter) async throws -> Double {
            let parameters = try Hyperparameters(task: .classification, treeCount: 12, splitter: splitter)
            let forest = try await RandomForestTrainer(hyperparameters: parameters, randomState: 5).train(on: train)
            return try ForestPredictor(forest).score(test.features, test.target)
        }
        let exact = try await score(.exact)
        #expect(exact > 0.85)
        #expect(abs(try await score(.hist) - exact) < 0.02)
    }

    @Test("auto bins large data, and says so")
    func choice() throws {
        func choice(_ trainingSet: TrainingSet, _ task: Hyperparameters.Task) throws -> Hyperparameters.Splitter {
            let parameters = try Hyperparameters(task: task, splitter: .auto)
            return RandomForestTrainer(hyperparameters: parameters, randomState: 0).splitter(for: trainingSet)
        }
        let large = try Self.counts(rows: 12_000)
        let classes = try TrainingSet(
            features: large.features,
            target: .classes((0..<12_000).map { Int32($0 % 2) }, count: 2)
        )
        #expect(try choice(large, .regression) == .hist)
        #expect(try choice(Self.counts(rows: 100), .regression) == .exact)
        #expect(try choice(classes, .classification) == .hist)
    }

    /// Features of 5 to 250 values and a count that depends on them.
    static func counts(rows: Int) throws -> TrainingSet {
        var random = RandomState(seed: 3)
        let columns = [5, 30, 250, 7].map { bound in
            (0..<rows).map { _ in Double(random.randomInteger(below: bound)) }
        }
        let target = (0..<rows).map { row in
            (columns[0][row] * 3 + columns[2][row] / 10).rounded() + Double(random.randomInteger(below: 5))
        }
        return try TrainingSet(features: FeatureMatrix(columns: columns), target: .values(target))
    }

    /// The same features, and classes that depend on them, with some noise.
    static func classes(rows: Int, count: Int) throws -> TrainingSet {
        let counts = try counts(rows: rows)
        guard case .values(let values) = counts.target else { return counts }
        let classes = values.map { Int32($0 / 2) % Int32(count) }
        return try TrainingSet(features: counts.features, target: .classes(classes, count: count))
    }

    /// Continuous features, one of them with a heavy tail and one with a value that fills half of it.
    static func waves(rows: Int, seed: UInt32) throws -> TrainingSet {
        var random = RandomState(seed: seed)
        let flat = (0..<rows).map { _ in random.uniform() }
        let heavy = (0..<rows).map { _ in 1 / (random.uniform() + 1e-3) }
        let mixed = (0..<rows).map { _ in max(0.5, random.uniform()) }
        let target = (0..<rows).map { row in
            10 * flat[row] * flat[row] + 3 * heavy[row].squareRoot() + 5 * mixed[row] + random.uniform()
        }
        return try TrainingSet(features: FeatureMatrix(columns: [flat, heavy, mixed]), target: .values(target))
    }
}

extension DecisionTree {
    /// The mean impurity of the leaves, by weight.
    fileprivate var weightedImpurity: Double {
        (0..<nodeCount).reduce(0) {
            feature[$1] < 0 ? $0 + weightedSampleCount[$1] * impurity[$1] / weightedSampleCount[0] : $0
        }
    }
}
