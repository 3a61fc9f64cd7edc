#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One version of a registered model. Numbers start at 1, have no gaps, and are never given again.
public struct ModelVersion: Sendable, Equatable {
    /// MLflow's words for how far its registration has come.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case pendingRegistration = "PENDING_REGISTRATION"
        case failedRegistration = "FAILED_REGISTRATION"
        case ready = "READY"
    }

    /// MLflow's stages; aliases have replaced them.
    public enum Stage: String, Sendable, Codable, CaseIterable {
        case none = "None"
        case staging = "Staging"
        case production = "Production"
        case archived = "Archived"
    }

    /// The name of the registered model.
    public let model: String
    public let version: Int
    /// Where its files are, as whoever registered it said: `runs:/…`, `models:/m-…`, …
    public let source: String
    /// The public id of the run that made it.
    public let run: String?
    /// The private number of that run.
    public let runNumber: Int64?
    /// The public id of the logged model that it is.
    public let loggedModel: String?
    /// The job that registered it; nil when a client did.
    public let job: Int64?
    public let status: Status
    public let statusMessage: String
    public let description: String
    public let user: String
    public let stage: Stage
    public let createdAt: Date
    public let updatedAt: Date
    /// A link to the run, where a client gave one.
    public let runLink: String
    /// Where its files are, if the source names another version or a logged model.
    public let storageLocation: String?
    /// The aliases that point at it, in order.
    public let aliases: [String]
    public let tags: [String: String]

    /// Where to read its files from.
    public var downloadURI: String { storageLocation ?? source }
}
