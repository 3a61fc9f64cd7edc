import DecisionForests
import Testing

/// Expected values are those of sklearn.metrics 1.9 on the same numbers.
@Suite("Classification metrics")
struct ClassificationMetricsTests {
    static let actual: [Int32] = [0, 1, 2, 2, 1, 0, 1]
    static let probabilities = [
        0.3, 0.7, 0.0, 0.6, 0.25, 0.15, 0.2, 0.35, 0.45, 0.3, 0.2, 0.5, 0.1, 0.9, 0.0, 0.45, 0.2, 0.35, 0.1, 0.1, 0.8,
    ]

    @Test("Three classes")
    func threeClasses() {
        let metrics = ClassificationMetrics(actual: Self.actual, probabilities: Self.probabilities, classCount: 3)
        #expect(isClose(metrics.accuracy, 0.5714285714285714))
        #expect(isClose(metrics.balancedAccuracy, 0.611111111111111))
        #expect(isClose(metrics.logLoss, 1.0411964781561696))
        #expect(isClose(metrics.rocAUC, 0.6833333333333332))
        #expect(metrics.perClass.map(\.support) == [2, 3, 2])
        #expect(zip(metrics.perClass.map(\.precision), [0.5, 0.5, 2.0 / 3]).allSatisfy { isClose($0, $1) })
        #expect(zip(metrics.perClass.map(\.recall), [0.5, 1.0 / 3, 1]).allSatisfy { isClose($0, $1) })
        #expect(zip(metrics.perClass.map(\.f1), [0.5, 0.4, 0.8]).allSatisfy { isClose($0, $1) })
        #expect(metrics.confusion == [[1, 1, 0], [1, 1, 1], [0, 0, 2]])
    }

    @Test("Two classes, with equal probabilities")
    func twoClasses() {
        let positive = [0.1, 0.4, 0.35, 0.8, 0.4]
        let probabilities = positive.flatMap { [1 - $0, $0] }
        let metrics = ClassificationMetrics(actual: [0, 1, 1, 0, 1], probabilities: probabilities, classCount: 2)
        #expect(isClose(metrics.rocAUC, 0.5))
        #expect(isClose(metrics.logLoss, 0.9194404032677829))
    }

    @Test("Weights count in every score, and not in the numbers of rows")
    func weights() throws {
        let weights = [1, 0.5, 2, 0, 3, 1.5, 0.25]
        let metrics = ClassificationMetrics(
            actual: Self.actual,
            probabilities: Self.probabilities,
            classCount: 3,
            weights: weights
        )
        #expect(isClose(metrics.accuracy, 0.7878787878787878))
        #expect(isClose(metrics.balancedAccuracy, 0.8))
        #expect(isClose(metrics.logLoss, 0.6768029990145542))
        #expect(isClose(metrics.rocAUC, 0.905829307568438))
        #expect(zip(metrics.perClass.map(\.precision), [0.75, 0.75, 8.0 / 9]).allSatisfy { isClose($0, $1) })
        #expect(zip(metrics.perClass.map(\.recall), [0.6, 0.8, 1]).allSatisfy { isClose($0, $1) })
        #expect(metrics.perClass.map(\.support) == [2, 3, 2])
        #expect(metrics.confusion == [[1, 1, 0], [1, 1, 1], [0, 0, 2]])

        let ranking = try #require(
            BinaryRanking(
                actual: Self.actual,
                probabilities: Self.probabilities,
                classCount: 3,
                label: 1,
                weights: weights
            )
        )
        let precisions = [1, 1, 0.75, 0.5, 7.0 / 13, 0.4375, 5.0 / 11]
        #expect(zip(ranking.precisionRecallCurve.map(\.precision), precisions).allSatisfy { isClose($0, $1) })
        let recalls = [0, 0.8, 0.8, 0.8, 14.0 / 15, 14.0 / 15, 1]
        #expect(zip(ranking.precisionRecallCurve.map(\.recall), recalls).allSatisfy { isClose($0, $1) })
    }

    @Test("A class that nobody predicts scores 0, and certainty in error is finite")
    func degenerate() {
        let metrics = ClassificationMetrics(actual: [0, 0], probabilities: [0, 1, 0, 1], classCount: 2)
        #expect(metrics.perClass[0].precision == 0)
        #expect(metrics.logLoss.isFinite)
        #expect(metrics.rocAUC.isNaN)
    }

    @Test("Curves run from none to all")
    func curves() throws {
        let ranking = try #require(
            BinaryRanking(actual: Self.actual, probabilities: Self.probabilities, classCount: 3, label: 2)
        )
        let roc = ranking.rocCurve
        #expect(roc.first! == (0, 0) && roc.last! == (1, 1))
        #expect(ranking.precisionRecallCurve.first! == (0, 1) && ranking.precisionRecallCurve.last! == (1, 2.0 / 7))
    }
}
