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
}
