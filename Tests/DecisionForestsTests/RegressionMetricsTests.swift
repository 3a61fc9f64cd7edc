import DecisionForests
import Testing

@Suite("Regression metrics")
struct RegressionMetricsTests {
    // sklearn.metrics on y = [3, -0.5, 2, 7], prediction = [2.5, 0, 2, 8]: the example of its documentation.
    @Test("They agree with scikit-learn's documented example")
    func documentedExample() {
        let metrics = RegressionMetrics(actual: [3, -0.5, 2, 7], predicted: [2.5, 0, 2, 8])
        #expect(isClose(metrics.rmse, 0.375.squareRoot()))
        #expect(isClose(metrics.mae, 0.5))
        #expect(isClose(metrics.r2, 0.9486081370449679))
        #expect(isClose(metrics.explainedVariance, 0.9571734475374732))
        #expect(metrics.maxError == 1)
    }

    @Test("Weights count in all but the largest error")
    func weights() {
        let metrics = RegressionMetrics(actual: [3, -0.5, 2, 7], predicted: [2.5, 0, 2, 8], weights: [1, 2, 0.5, 0])
        #expect(isClose(metrics.rmse, 0.4629100498862757))
        #expect(isClose(metrics.mae, 0.42857142857142855))
        #expect(isClose(metrics.r2, 0.916))
        #expect(isClose(metrics.explainedVariance, 0.924))
        #expect(metrics.maxError == 1)
    }

    @Test("Of a constant target only a perfect prediction scores")
    func constantTarget() {
        #expect(RegressionMetrics(actual: [2, 2], predicted: [2, 2]).r2 == 1)
        #expect(RegressionMetrics(actual: [2, 2], predicted: [1, 2]).r2 == 0)
        // Whose sum is not ten times a tenth.
        let tenths = [Double](repeating: 0.1, count: 10)
        let metrics = RegressionMetrics(actual: tenths, predicted: tenths.indices.map { Double($0) })
        #expect(metrics.r2 == 0 && metrics.explainedVariance == 0)
    }

    @Test("Where a prediction is no number, no error is")
    func noNumber() {
        let metrics = RegressionMetrics(actual: [1, 2, 3], predicted: [1, .nan, 5])
        #expect(metrics.rmse.isNaN && metrics.mae.isNaN && metrics.maxError.isNaN)
    }
}
