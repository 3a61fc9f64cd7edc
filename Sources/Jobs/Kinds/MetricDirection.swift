/// Whether a metric is better when it is higher, by the names that train jobs log.
public enum MetricDirection: Sendable {
    case higherIsBetter
    case lowerIsBetter

    private static let errors: Set<String> = ["rmse", "mae", "mse", "max_error", "log_loss"]

    public init(of metric: String) {
        self = Self.errors.contains(metric) ? .lowerIsBetter : .higherIsBetter
    }

    /// Strictly better; NaN never is, and anything is better than NaN.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
        if value.isNaN || other.isNaN { return other.isNaN && !value.isNaN }
        return self == .higherIsBetter ? value > other : value < other
    }
}
