/// A metric under one name, with a value for each combination of its labels.
///
/// Names follow Prometheus' conventions: a prefix, base units, `_total` for counters.
public struct MetricFamily: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// Only grows, until the process starts anew.
        case counter
        case gauge
        case histogram
    }

    /// One combination of labels and its value.
    public struct Sample: Sendable, Equatable {
        public enum Value: Sendable, Equatable {
            case number(Double)
            case histogram(Histogram)
        }

        /// In the order in which they are written.
        public let labels: KeyValuePairs<String, String>
        public let value: Value

        public static func == (left: Sample, right: Sample) -> Bool {
            left.value == right.value && left.labels.elementsEqual(right.labels, by: ==)
        }
    }

    public let name: String
    /// A sentence about it.
    public let help: String
    public let kind: Kind
    public private(set) var samples: [Sample] = []

    /// - Precondition: `name` is letters, digits and `_`, and does not begin with a digit.
    public init(_ name: String, _ kind: Kind, help: String) {
        precondition(Self.isName(name), "\(name) is not the name of a metric")
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// Adds a value.
    /// - Precondition: Labels are named like metrics.
    public mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        precondition(labels.allSatisfy { Self.isName($0.key) }, "\(labels) are not labels")
        samples.append(Sample(labels: labels, value: .number(value)))
    }

    /// Adds a distribution; for families of kind `histogram`.
    public mutating func add(_ histogram: Histogram, _ labels: KeyValuePairs<String, String> = [:]) {
        precondition(labels.allSatisfy { Self.isName($0.key) }, "\(labels) are not labels")
        samples.append(Sample(labels: labels, value: .histogram(histogram)))
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil
    }
}
