import DecisionForests
import Testing

/// Expects the trees that the splitter grows which looks at each value as it is: constraints of 0 ask for that, and for
/// nothing else.
///
/// - Parameter parameters: With the constraints that it is given.
/// - Returns: The forest without them.
@discardableResult
func expectPlainTrees(
    on trainingSet: TrainingSet,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ parameters: (_ constraints: [Int]?) throws -> Hyperparameters
) async throws -> RandomForest {
    func forest(_ constraints: [Int]?) async throws -> RandomForest {
        try await RandomForestTrainer(hyperparameters: try parameters(constraints), randomState: 5).train(
            on: trainingSet
        )
    }
    let grown = try await forest(nil)
    let plain = try await forest([Int](repeating: 0, count: trainingSet.features.featureCount))
    for (tree, other) in zip(grown.trees, plain.trees) {
        let isSame =
            tree.feature == other.feature && tree.threshold == other.threshold && tree.leftChild == other.leftChild
            && tree.missingGoesLeft == other.missingGoesLeft && tree.impurity == other.impurity
            && tree.weightedSampleCount == other.weightedSampleCount
        #expect(isSame, sourceLocation: sourceLocation)
        // But for the values: constraints keep those of two classes adding up to 1, in their way.
        let hasSameValues = zip(tree.value, other.value).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($0)) }
        #expect(hasSameValues, sourceLocation: sourceLocation)
    }
    return grown
}
