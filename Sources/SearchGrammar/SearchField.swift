/// What a condition looks at, or an order sorts by: a kind of thing and its key.
public struct SearchField: Sendable, Hashable {
    /// What the key names.
    public enum Entity: String, Sendable, Hashable, CaseIterable {
        case metric, parameter, tag, attribute, dataset

        /// MLflow's spellings; they are case-sensitive.
        init?(_ name: String) {
            switch name {
            case "metric", "metrics": self = .metric
            case "parameter", "parameters", "param", "params": self = .parameter
            case "tag", "tags": self = .tag
            case "attribute", "attributes", "attr", "run": self = .attribute
            case "dataset", "datasets": self = .dataset
            default: return nil
            }
        }

        /// The spelling that MLflow's documentation uses.
        var name: String {
            switch self {
            case .metric: "metrics"
            case .parameter: "params"
            case .tag: "tags"
            case .attribute: "attributes"
            case .dataset: "datasets"
            }
        }
    }

    public let entity: Entity
    /// The name of a metric, a parameter or a tag as it was logged, or of an attribute.
    public let key: String

    public init(_ entity: Entity, _ key: String) {
        self.entity = entity
        self.key = key
    }
}

extension SearchField: CustomStringConvertible {
    public var description: String { "\(entity.name).\(QuotedText.key(key))" }
}
