import CForestKernels
import Testing

@testable import DecisionForests

/// Tables that small nodes have to cope with: rows that share values, values that count as equal, signed zeros, constants.
private struct Table: CustomTestStringConvertible {
    let task: Hyperparameters.Task
    /// Whether the targets are whole numbers, so that their sums are exact.
    let isWhole: Bool
    let featureCount: Int
    let seed: UInt32
    var splitter = Hyperparameters.Splitter.exact
    var maxFeatures = 1.0
    var minSamplesLeaf = 1

    var testDescription: String {
        "\(task) \(isWhole ? "whole" : "real") \(featureCount) features \(splitter) \(maxFeatures) leaf \(minSamplesLeaf)"
    }

    static let all: [Table] = [
        Table(task: .regression, isWhole: true, featureCount: 5, seed: 1),
        Table(task: .regression, isWhole: true, featureCount: 5, seed: 2, splitter: .hist),
        Table(task: .regression, isWhole: true, featureCount: 17, seed: 3, maxFeatures: 0.4, minSamplesLeaf: 2),
        Table(task: .regression, isWhole: true, featureCount: 40, seed: 4, maxFeatures: 0.2),
        Table(task: .regression, isWhole: true, featureCount: 64, seed: 5, splitter: .hist, maxFeatures: 0.5),
        Table(task: .regression, isWhole: true, featureCount: 65, seed: 6),
        Table(task: .regression, isWhole: false, featureCount: 5, seed: 7),
        Table(task: .regression, isWhole: false, featureCount: 17, seed: 8, maxFeatures: 0.4, minSamplesLeaf: 3),
        Table(task: .regression, isWhole: false, featureCount: 64, seed: 9),
        Table(task: .classification, isWhole: true, featureCount: 5, seed: 10),
        Table(task: .classification, isWhole: true, featureCount: 17, seed: 11, splitter: .hist, minSamplesLeaf: 2),
        Table(task: .classification, isWhole: true, featureCount: 33, seed: 12, maxFeatures: 0.2),
    ]

    private static let rowCount = 1500

    func trainingSet() throws -> TrainingSet {
        var random = RandomState(seed: seed)
        let count = Self.rowCount
        var values: [Float] = []
        for feature in 0..<featureCount {
            // In some tables no two rows share a value, but for those that stand together in a bootstrap.
            let kind = isWhole || seed == 7 ? feature % 6 : feature % 2
            for _ in 0..<count {
                let share = random.uniform()
                switch kind {
                case 0: values.append(Float(share * 100))
                case 1: values.append(Float(share) - 0.5)
                case 2: values.append(Float((share * 5).rounded()))
                case 3: values.append(Float((share * 40).rounded()) * 5e-8)
                case 4: values.append(share < 0.4 ? -0.0 : share < 0.8 ? 0 : Float(share))
                default: values.append(1)
                }
            }
        }
        let features = FeatureMatrix(rowCount: count, featureCount: featureCount, values: values)
        let sums = (0..<count).map { Double(features[$0, 0]) + 100 * Double(features[$0, 1]) + 10 * random.uniform() }
        let target: Target =
            task == .classification
            ? .classes(sums.map { Int32(max(0, min(11, $0 / 10))) }, count: 12)
            : .values(isWhole ? sums.map { $0.rounded() } : sums)
        return try TrainingSet(features: features, target: target)
    }

    func forest(minWeightFractionLeaf: Double = 0) async throws -> RandomForest {
        let parameters = try Hyperparameters(
            task: task,
            treeCount: 3,
            minSamplesLeaf: .count(minSamplesLeaf),
            minWeightFractionLeaf: minWeightFractionLeaf,
            maxFeatures: .fraction(maxFeatures),
            splitter: splitter
        )
        return try await RandomForestTrainer(hyperparameters: parameters, randomState: seed).train(on: trainingSet())
    }
}

/// One after the other, as some restrict what kernels may use.
@Suite("Small nodes", .serialized)
struct SmallNodesTests {
    @Test("They are divided as larger ones are, which look at one cut after the other", arguments: Table.all)
    private func sameAsLists(_ table: Table) async throws {
        // A least weight that every leaf has: it rules out all searches but the plainest.
        let forest = try await table.forest()
        let plain = try await table.forest(minWeightFractionLeaf: 1e-12)
        // The last bits of real sums are those of the order in which rows that share a value were added up.
        let isSame = table.isWhole ? forest == plain : zip(forest.trees, plain.trees).allSatisfy(Self.haveSameSplits)
        #expect(isSame)
    }

    private static func haveSameSplits(_ tree: DecisionTree, _ other: DecisionTree) -> Bool {
        tree.feature == other.feature && tree.threshold == other.threshold && tree.leftChild == other.leftChild
            && tree.rightChild == other.rightChild && tree.sampleCount == other.sampleCount
            && zip(tree.value, other.value).allSatisfy { abs($0 - $1) < 1e-9 * max(1, abs($0)) }
    }

    @Test("The instruction set of the processor does not change a bit of the forest", arguments: Table.all)
    private func instructionSets(_ table: Table) async throws {
        defer { coppice_use_at_most(Int32(coppice_avx512)) }
        let widest = try await table.forest()
        for instructionSet in [coppice_avx2, coppice_plain] {
            coppice_use_at_most(Int32(instructionSet))
            let isSame = try await table.forest() == widest
            #expect(isSame, "instruction set \(instructionSet)")
        }
    }
}
