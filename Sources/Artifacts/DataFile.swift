#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A CSV file that was uploaded when a job was submitted, named by its digest.
public struct DataFile: Sendable, Hashable {
    public let digest: Digest
    /// The file name it had where it came from.
    public let name: String
    /// In bytes.
    public let size: Int64
    public let rowCount: Int
    /// In the order of the file.
    public let columns: [String]
    public let uploadedAt: Date
    public let uploadedBy: String
}
