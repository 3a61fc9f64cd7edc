import DecisionForests
import Testing

@Suite("The binned splitter")
struct HistogramSplitterTests {
    @Test("With at most 256 values per feature and whole targets it grows the exact forest", arguments: [1, 4])
    func fewValues(leastRows: Int) async throws {
        let trainingSet = try Self.counts(rows: 6000)
        func forest(_ splitter: Hyperparameters.Splitter) async throws -> RandomForest {
            let parameters = try Hyperparameters(
                task: .regression,
                treeCount: 3,
                minSamplesLeaf: .count(leastRows),
                splitter: splitter
            )
            return try await RandomForestTrainer(hyperparameters: parameters, randomState: 5).train(on: trainingSet)
        }
        #expect(try await forest(.hist) == forest(.exact))
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

    @Test("The number of threads does not change a bit of the forest")
    func threadCount() async throws {
        let trainingSet = try Self.waves(rows: 3000, seed: 1)
        let parameters = try Hyperparameters(task: .regression, treeCount: 4, splitter: .hist)
        let one = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 1)
        let many = RandomForestTrainer(hyperparameters: parameters, randomState: 7, threadCount: 4)
        #expect(try await one.train(on: trainingSet) == many.train(on: trainingSet))
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

    @Test("auto bins large regressions only, and says so")
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
        #expect(try choice(classes, .classification) == .exact)
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
