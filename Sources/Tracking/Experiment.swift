#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A named collection of runs.
public struct Experiment: Sendable, Equatable {
    /// A small number; decimal on the wire.
    public struct ID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int64

        public init(rawValue: Int64) { self.rawValue = rawValue }

        /// The number that `text` writes in decimal, or nil.
        public init?(_ text: some StringProtocol) {
            guard let value = Int64(text), value >= 0, text.first != "+" else { return nil }
            rawValue = value
        }

        /// The experiment `Default`, which every database has.
        public static let `default` = ID(rawValue: 0)

        public var description: String { String(rawValue) }
    }

    public let id: ID
    public let name: String
    /// Where an MLflow client asked for its artifacts to be kept; nil for ours.
    public let artifactLocation: String?
    public let stage: LifecycleStage
    public let createdAt: Date
    /// When it was last renamed, deleted or restored.
    public let updatedAt: Date
    public let tags: [String: String]

    public init(
        id: ID,
        name: String,
        artifactLocation: String? = nil,
        stage: LifecycleStage = .active,
        createdAt: Date,
        updatedAt: Date,
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.name = name
        self.artifactLocation = artifactLocation
        self.stage = stage
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.tags = tags
    }
}
