/// Which runs to list, newest first unless a metric orders them.
///
/// Conditions add up. MLflow's whole filter grammar stands above this; here is what needs no grammar.
public struct RunQuery: Sendable {
    /// How a metric compares with a number.
    public enum Comparison: String, Sendable, CaseIterable {
        case less = "<"
        case lessOrEqual = "<="
        case equal = "="
        case notEqual = "!="
        case greaterOrEqual = ">="
        case greater = ">"
    }

    public struct MetricCondition: Sendable, Hashable {
        public let key: String
        public let comparison: Comparison
        public let value: Double

        public init(key: String, comparison: Comparison, value: Double) {
            self.key = key
            self.comparison = comparison
            self.value = value
        }
    }

    /// Runs by the latest value of a metric; those that have none, or NaN, come last.
    public struct Order: Sendable, Hashable {
        public let metric: String
        public let ascending: Bool

        public init(metric: String, ascending: Bool) {
            self.metric = metric
            self.ascending = ascending
        }
    }

    /// Empty: all experiments.
    public var experiments: [Experiment.ID] = []
    /// Empty: any status.
    public var statuses: [Run.Status] = []
    public var view: LifecycleView = .activeOnly
    /// The exact name.
    public var name: String?
    public var parent: Run.ID?
    public var params: [String: String] = [:]
    public var tags: [String: String] = [:]
    public var metrics: [MetricCondition] = []
    public var order: Order?
    public var limit = 100

    public init() {}
}
