/// Whether a metric is better when it is higher.
public enum MetricDirection: Sendable {
    case higherIsBetter
    case lowerIsBetter

    private static let errors: Set<Substring> = [
        "rmse", "mae", "mse", "mape", "rmsle", "loss", "error", "err", "perplexity", "brier",
    ]
    private static let scores: Set<Substring> = [
        "accuracy", "acc", "auc", "r2", "explained", "f1", "precision", "recall", "score", "map", "iou", "bleu", "mcc",
    ]
    /// Of these, whatever follows: a class may have any name, and scikit-learn's `neg_` turns an error into a score.
    private static let prefixes: Set<Substring> = ["precision", "recall", "f1", "neg"]

    /// Of a metric that train jobs log.
    public init(of metric: String) {
        self = Self(named: metric) ?? .higherIsBetter
    }

    /// Of a metric that anybody logged, such as `val_loss`: by the words in its name; nil if they say nothing.
    public init?(named metric: String) {
        let words = metric.lowercased().split { !$0.isLetter && !$0.isNumber }
        if let first = words.first, Self.prefixes.contains(first) {
            self = .higherIsBetter
        } else if words.contains(where: Self.errors.contains) {
            self = .lowerIsBetter
        } else if words.contains(where: Self.scores.contains) {
            self = .higherIsBetter
        } else {
            return nil
        }
    }

    /// Strictly better; NaN never is, and anything is better than NaN.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
        if value.isNaN || other.isNaN { return other.isNaN && !value.isNaN }
        return self == .higherIsBetter ? value > other : value < other
    }

    /// The best of several values that differ; NaN does not count.
    public func best(of values: some Sequence<Double>) -> Double? {
        let numbers = Set(values.filter { !$0.isNaN })
        guard numbers.count > 1 else { return nil }
        return self == .higherIsBetter ? numbers.max() : numbers.min()
    }
}
