#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A name under which versions of a model are registered.
public struct RegisteredModel: Sendable, Equatable {
    public let name: String
    public let description: String
    public let createdAt: Date
    /// When it, or one of its versions, was last changed.
    public let updatedAt: Date
    /// How many versions it has; deleted ones do not count.
    public let versionCount: Int
    /// Its highest version; nil if it has none.
    public let latestVersion: Int?
    /// Its aliases and the versions they point at.
    public let aliases: [String: Int]
    public let tags: [String: String]
}
