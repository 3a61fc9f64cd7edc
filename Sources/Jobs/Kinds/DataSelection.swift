public import Datasets

/// Which data a job reads, and which of its columns.
public struct DataSelection: Sendable, Equatable, Codable {
    /// Where the rows come from.
    public enum Source: Sendable, Equatable {
        /// A data set that ships with the program.
        case builtIn(String)
        /// A CSV file that was uploaded at submit: its name, for people, and the SHA-256 of its bytes in hexadecimal.
        case file(name: String, digest: String)
        /// A table, `schema.name`.
        case table(String)
        /// A read-only query.
        case query(String)
    }

    public var source: Source
    /// The column to predict; nil: the last one.
    public var target: String?
    /// The columns to predict from, in this order; nil: all but the target and the weights.
    public var features: [String]?
    /// The features whose text is categories; nil: none, text is refused.
    public var categorical: CategoricalColumns?
    /// The column that says how much each row counts, which is no feature; nil: every row counts 1.
    public var sampleWeight: String?

    public init(
        source: Source,
        target: String? = nil,
        features: [String]? = nil,
        categorical: CategoricalColumns? = nil,
        sampleWeight: String? = nil
    ) {
        self.source = source
        self.target = target
        self.features = features
        self.categorical = categorical
        self.sampleWeight = sampleWeight
    }

    private enum CodingKeys: String, CodingKey {
        case source, target, features, categorical
        case sampleWeight = "sample_weight"
    }
}

extension DataSelection.Source: Codable {
    private enum CodingKeys: String, CodingKey {
        case builtIn = "built_in"
        case file, digest, table, query
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let name = try values.decodeIfPresent(String.self, forKey: .builtIn) {
            self = .builtIn(name)
        } else if let name = try values.decodeIfPresent(String.self, forKey: .file) {
            self = .file(name: name, digest: try values.decode(String.self, forKey: .digest))
        } else if let name = try values.decodeIfPresent(String.self, forKey: .table) {
            self = .table(name)
        } else {
            self = .query(try values.decode(String.self, forKey: .query))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .builtIn(let name): try values.encode(name, forKey: .builtIn)
        case .file(let name, let digest):
            try values.encode(name, forKey: .file)
            try values.encode(digest, forKey: .digest)
        case .table(let name): try values.encode(name, forKey: .table)
        case .query(let text): try values.encode(text, forKey: .query)
        }
    }
}

extension DataSelection.Source: CustomStringConvertible {
    /// The name under which runs record it.
    public var description: String {
        switch self {
        case .builtIn(let name): name
        case .file(let name, _): name
        case .table(let name): "table:\(name)"
        case .query(let text): "query:\(text)"
        }
    }
}
