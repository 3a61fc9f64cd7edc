/// Several runs side by side: which parameters differ, and how the metrics compare.
public struct RunComparison: Sendable, Equatable {
    /// One line: a name, and what each run has there; nil where a run has nothing.
    public struct Line<Value: Sendable & Equatable>: Sendable, Equatable {
        public let key: String
        public let values: [Value?]

        /// Whether any two runs differ here; one that has nothing differs from one that has something.
        public var differs: Bool { values.contains { $0 != values[0] } }
    }

    public let runs: [Run]
    /// By name.
    public let params: [Line<String>]
    /// By name.
    public let metrics: [Line<Double>]

    public init(_ runs: [Run]) {
        self.runs = runs
        params = Self.lines(runs.map(\.params))
        metrics = Self.lines(runs.map { $0.metrics.mapValues(\.value) })
    }

    private static func lines<Value: Sendable & Equatable>(_ columns: [[String: Value]]) -> [Line<Value>] {
        Set(columns.flatMap(\.keys)).sorted().map { key in Line(key: key, values: columns.map { $0[key] }) }
    }
}
