#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One artifact: its name, size and digest.
public struct ArtifactInfo: Sendable, Hashable {
    public let path: ArtifactPath
    /// In bytes.
    public let size: Int64
    public let digest: Digest
    public let createdAt: Date
    /// What `blobs.location` says.
    let location: String
}

/// One line of a listing: a file or a folder.
public struct ArtifactEntry: Sendable, Hashable {
    /// The whole path, from the root of the artifacts.
    public let path: String
    public let isFolder: Bool
    /// Of a file its bytes, of a folder those of everything in it.
    public let size: Int64
    /// How many files: 1 for a file.
    public let fileCount: Int

    public init(path: String, isFolder: Bool, size: Int64, fileCount: Int) {
        self.path = path
        self.isFolder = isFolder
        self.size = size
        self.fileCount = fileCount
    }
}
