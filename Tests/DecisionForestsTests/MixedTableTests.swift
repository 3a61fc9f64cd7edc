import Testing

@testable import DecisionForests

/// A table, what grows on it, and whether that takes the splitter that looks at each column in its own way.
private struct Case: CustomTestStringConvertible {
    let seed: UInt32
    let featureCount: Int
    var maxFeatures = 1.0
    var minSamplesLeaf = 1
    var minWeightFractionLeaf = 0.0
    var minImpurityDecrease = 0.0
    /// 1: a regression.
    var classCount = 1
    var criterion: Hyperparameters.Criterion
    var hasGaps = false
    let isMixed: Bool

    var task: Hyperparameters.Task { criterion.task }

    var testDescription: String {
        "\(criterion), \(classCount) classes, \(featureCount) columns, \(maxFeatures) drawn, \(hasGaps ? "gaps" : "whole")"
    }

    static let all: [Case] = [
        Case(seed: 1, featureCount: 6, criterion: .squaredError, isMixed: false),
        Case(seed: 2, featureCount: 12, maxFeatures: 0.4, minSamplesLeaf: 3, criterion: .squaredError, isMixed: true),
        Case(seed: 3, featureCount: 42, maxFeatures: 0.1, criterion: .friedmanMSE, isMixed: true),
        Case(
            seed: 4,
            featureCount: 42,
            maxFeatures: 0.2,
            minWeightFractionLeaf: 0.004,
            criterion: .squaredError,
            isMixed: true
        ),
        Case(seed: 5, featureCount: 12, classCount: 2, criterion: .gini, isMixed: true),
        Case(
            seed: 6,
            featureCount: 42,
            maxFeatures: 0.1,
            minSamplesLeaf: 2,
            classCount: 3,
            criterion: .gini,
            isMixed: true
        ),
        Case(
            seed: 7,
            featureCount: 12,
            maxFeatures: 0.4,
            minImpurityDecrease: 0.002,
            classCount: 5,
            criterion: .entropy,
            isMixed: true
        ),
        Case(seed: 8, featureCount: 6, criterion: .squaredError, hasGaps: true, isMixed: false),
        Case(
            seed: 9,
            featureCount: 6,
            maxFeatures: 0.4,
            minSamplesLeaf: 3,
            criterion: .squaredError,
            hasGaps: true,
            isMixed: true
        ),
        Case(seed: 10, featureCount: 42, maxFeatures: 0.1, criterion: .friedmanMSE, hasGaps: true, isMixed: true),
        Case(
            seed: 11,
            featureCount: 42,
            maxFeatures: 0.1,
            minWeightFractionLeaf: 0.004,
            classCount: 2,
            criterion: .gini,
            hasGaps: true,
            isMixed: true
        ),
        Case(
            seed: 12,
            featureCount: 6,
            minSamplesLeaf: 2,
            classCount: 3,
            criterion: .entropy,
            hasGaps: true,
            isMixed: true
        ),
        Case(seed: 13, featureCount: 1, classCount: 2, criterion: .gini, hasGaps: true, isMixed: false),
        Case(seed: 14, featureCount: 1, criterion: .squaredError, hasGaps: true, isMixed: false),
        Case(seed: 15, featureCount: 35, classCount: 4, criterion: .gini, hasGaps: true, isMixed: true),
    ]

    func parameters(_ constraints: [Int]?) throws -> Hyperparameters {
        try Hyperparameters(
            task: task,
            treeCount: 3,
            criterion: criterion,
            minSamplesLeaf: .count(minSamplesLeaf),
            minWeightFractionLeaf: minWeightFractionLeaf,
            maxFeatures: .fraction(maxFeatures),
            minImpurityDecrease: minImpurityDecrease,
            monotonicConstraints: constraints,
            splitter: .exact
        )
    }
}

@Suite("Missing values, columns of few values and sparse ones")
struct MixedTableTests {
    @Test("Whatever way each column is looked at, the trees are those of the plain splitter", arguments: Case.all)
    fileprivate func plainTrees(_ example: Case) async throws {
        let trainingSet = try Self.table(example, rows: 1500)
        let plan = try await TrainingPlan(
            try example.parameters(nil),
            randomState: 5,
            trainingSet: trainingSet,
            threadCount: 1
        )
        let isMixed = if case .mixed = plan.splitterData { true } else { false }
        #expect(isMixed == example.isMixed)
        #expect((plan.twins != nil) == example.hasGaps)

        let grown = try await expectPlainTrees(on: trainingSet, example.parameters)

        let questions = grown.trees.flatMap { tree in
            tree.feature.indices.filter { tree.feature[$0] >= 0 }.map { (tree.threshold[$0], tree.missingGoesLeft[$0]) }
        }
        #expect(questions.count > 10)
        #expect(questions.contains { $0.0 == .infinity } == example.hasGaps)
        #expect(!questions.contains { $0.0 == -.infinity })
    }

    @Test(
        "Binned, they predict about as well",
        arguments: [1.0, 0.2],
        [Hyperparameters.Criterion.squaredError, .gini]
    )
    func binned(maxFeatures: Double, criterion: Hyperparameters.Criterion) async throws {
        func data(_ seed: UInt32, rows: Int) throws -> TrainingSet {
            let classCount = criterion == .gini ? 2 : 1
            return try Self.table(
                Case(
                    seed: seed,
                    featureCount: 12,
                    classCount: classCount,
                    criterion: criterion,
                    hasGaps: true,
                    isMixed: false
                ),
                rows: rows
            )
        }
        let train = try data(6, rows: 12_000)
        let test = try data(7, rows: 2000)
        func score(_ splitter: Hyperparameters.Splitter) async throws -> Double {
            let parameters = try Hyperparameters(
                task: criterion.task,
                treeCount: 30,
                minSamplesLeaf: .count(3),
                maxFeatures: .fraction(maxFeatures),
                splitter: splitter
            )
            let trainer = RandomForestTrainer(hyperparameters: parameters, randomState: 5)
            #expect(trainer.splitter(for: train) == (splitter == .exact ? .exact : .hist))
            return try ForestPredictor(try await trainer.train(on: train)).score(test.features, test.target)
        }
        let exact = try await score(.exact)
        #expect(exact > 0.6)
        #expect(abs(try await score(.hist) - exact) < 0.02)
        #expect(abs(try await score(.auto) - exact) < 0.02)
    }

    /// Columns of many, few and nearly equal values, sparse ones, constants, some with gaps, of which one tells of the target.
    private static func table(_ example: Case, rows: Int) throws -> TrainingSet {
        let featureCount = example.featureCount
        var random = RandomState(seed: example.seed)
        var values: [Float] = []
        for feature in 0..<featureCount {
            for _ in 0..<rows {
                let share = random.uniform()
                switch feature % 6 {
                case 0: values.append(Float(share))
                case 1: values.append(Float((share * 5).rounded()))
                case 2: values.append(1 / Float(share + 1e-3))
                case 3: values.append(Float((share * 30).rounded()) * 5e-8)
                case 4: values.append(share < 0.4 ? -0.0 : share < 0.92 ? 0 : Float(share) - 0.96)
                default: values.append(1)
                }
            }
        }
        let sums = (0..<rows).map { row in
            Double(values[row]) * 100 + (featureCount > 1 ? Double(values[rows + row]) * 10 : 0) + random.uniform() * 10
        }
        for feature in 0..<featureCount where example.hasGaps && feature % 4 != 3 {
            for row in 0..<rows where random.uniform() < gapShare(feature, sums[row]) {
                values[feature * rows + row] = .nan
            }
        }
        return try TrainingSet(
            features: FeatureMatrix(rowCount: rows, featureCount: featureCount, values: values),
            target: example.classCount == 1
                ? .values(sums.map { $0.rounded() })
                : .classes(sums.map { classNumber($0, example.classCount) }, count: example.classCount)
        )
    }

    /// The first column is missing where the target is large, some columns nearly everywhere.
    private static func gapShare(_ feature: Int, _ sum: Double) -> Double {
        if feature == 0 { return sum > 100 ? 0.6 : 0.1 }
        return feature % 14 == 8 ? 0.9 : 0.1
    }

    private static func classNumber(_ sum: Double, _ classCount: Int) -> Int32 {
        Int32(min(Double(classCount - 1), max(0, (sum / 160 * Double(classCount)).rounded(.down))))
    }
}
