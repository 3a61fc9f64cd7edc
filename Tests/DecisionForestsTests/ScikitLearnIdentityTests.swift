import DecisionForests
import Testing

@Suite("The forests are scikit-learn's")
struct ScikitLearnIdentityTests {
    @Test("Every node agrees, and so do values, predictions, importances and scores", arguments: FixtureCase.all)
    func forest(_ expected: FixtureCase) async throws {
        let trainingSet = try expected.trainingSet()
        let trainer = RandomForestTrainer(hyperparameters: expected.parameters, randomState: expected.seed)

        let forest = try await trainer.train(on: trainingSet)

        #expect(forest.trees.map(\.nodeCount) == expected.trees.map(\.nodes))
        #expect(forest.trees.map(\.structureDigest) == expected.trees.map(\.structure))
        for (tree, expected) in zip(forest.trees, expected.trees) {
            #expect(isClose(checksum(tree.value), expected.value))
            #expect(isClose(checksum(tree.impurity), expected.impurity))
        }
        let predictions =
            forest.task == .regression
            ? forest.predict(trainingSet.features) : forest.predictProbabilities(trainingSet.features)
        #expect(isClose(checksum(predictions), expected.predictions))
        #expect(zip(forest.featureImportances, expected.importances).allSatisfy { isClose($0, $1) })
        if let score = expected.outOfBagScore {
            let estimate = try #require(forest.outOfBag)
            #expect(isClose(estimate.score, score))
        }
    }

    @Test("Whole trees agree array by array", arguments: FixtureCase.all.filter { $0.whole != nil })
    func wholeTree(_ expected: FixtureCase) async throws {
        let trainer = RandomForestTrainer(hyperparameters: expected.parameters, randomState: expected.seed)
        let tree = try await trainer.train(on: expected.trainingSet()).trees[0]
        let whole = try #require(expected.whole)

        #expect(tree.feature == whole.feature)
        #expect(tree.threshold == whole.threshold)
        #expect(tree.leftChild == whole.leftChild)
        #expect(tree.rightChild == whole.rightChild)
        #expect(tree.sampleCount == whole.sampleCount)
        #expect(tree.weightedSampleCount == whole.weightedSampleCount)
        #expect(zip(tree.value, whole.value).allSatisfy { isClose($0, $1) })
        #expect(zip(tree.impurity, whole.impurity).allSatisfy { isClose($0, $1) })
    }
}
