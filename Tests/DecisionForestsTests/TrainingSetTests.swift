import DecisionForests
import Testing

@Suite("Training sets")
struct TrainingSetTests {
    static let features = FeatureMatrix(columns: [[1, 2, 3], [4, .nan, 6]])

    @Test("Missing features are welcome")
    func missing() throws {
        _ = try TrainingSet(features: Self.features, target: .values([1, 2, 3]))
    }

    @Test(
        "Data that cannot be trained on are refused",
        arguments: [
            (FeatureMatrix(columns: []), Target.values([]), nil),
            (FeatureMatrix(columns: [[1, .infinity, 3]]), Target.values([1, 2, 3]), nil),
            (FeatureMatrix(columns: [[1, 1e300, 3]]), Target.values([1, 2, 3]), nil),
            (features, Target.values([1, 2]), nil),
            (features, Target.values([1, .nan, 2]), nil),
            (features, Target.classes([0, 2, 1], count: 2), nil),
            (features, Target.classes([0, -1, 1], count: 2), nil),
            (features, Target.classes([1, 1, 1], count: 2), nil),
            (features, Target.values([1, 2, 3]), [1, 2]),
            (features, Target.values([1, 2, 3]), [1, -1, 2]),
            (features, Target.values([1, 2, 3]), [1, .nan, 2]),
            (features, Target.values([1, 2, 3]), [0, 0, 0]),
        ] as [(FeatureMatrix, Target, [Double]?)]
    )
    func invalid(_ features: FeatureMatrix, _ target: Target, _ weights: [Double]?) {
        let error = #expect(throws: TrainingError.self) {
            try TrainingSet(features: features, target: target, sampleWeights: weights)
        }
        #expect(error?.code == .invalidData)
    }

    @Test("Rows of a matrix are picked in the order asked for")
    func rows() {
        let picked = FeatureMatrix(columns: [[1, 2, 3], [4, 5, 6]]).rows([2, 0, 2])
        #expect(picked == FeatureMatrix(columns: [[3, 1, 3], [6, 4, 6]]))
        #expect(picked[1, 1] == 4)
    }
}
