import Testing

@testable import Jobs

@Suite("Which metric is better")
struct MetricDirectionTests {
    @Test(
        "Errors are better when they are lower, scores when they are higher; equal is not better",
        arguments: [
            ("rmse", 1.0, 2.0, true), ("rmse", 2, 1, false), ("rmse", 1, 1, false), ("r2", 0.9, 0.8, true),
            ("r2", 0.8, 0.9, false), ("accuracy", 1, 0.5, true), ("log_loss", 0.1, 0.2, true), ("r2", .nan, 0.1, false),
            ("r2", 0.1, .nan, true), ("rmse", .nan, .nan, false), ("oob_score", 0.5, 0.4, true),
        ]
    )
    func isBetter(metric: String, value: Double, other: Double, expected: Bool) {
        #expect(MetricDirection(of: metric).isBetter(value, than: other) == expected)
    }

    @Test(
        "Of any metric, the words in its name say which value is best, or nothing does",
        arguments: [
            ("val_loss", 1), ("train/RMSE", 1), ("oob_error", 1), ("best_rmse", 1), ("mean_absolute_error", 1),
            ("max_error", 1), ("val_acc", 3), ("test-f1", 3), ("neg_mean_squared_error", 3), ("precision_loss", 3),
            ("training_score", 3), ("explained_variance", 3), ("lossless", nil), ("epoch", nil), ("", nil),
        ] as [(String, Double?)]
    )
    func best(metric: String, expected: Double?) {
        #expect(MetricDirection(named: metric)?.best(of: [2, 1, .nan, 3]) == expected)
    }

    @Test("Where all are the same, none is best")
    func same() {
        #expect(MetricDirection.lowerIsBetter.best(of: [1, 1, .nan]) == nil)
        #expect(MetricDirection.higherIsBetter.best(of: []) == nil)
    }
}
