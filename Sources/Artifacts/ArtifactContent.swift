/// The bytes of an artifact on their way into the store.
public enum ArtifactContent: Sendable {
    case bytes([UInt8])
    /// A file, read in pieces when it is needed: for what is too large to hold. It must stay as it is until published.
    case file(String)

    /// How many bytes are read, kept and sent at a time: 1 MiB.
    public static let chunkSize = 1 << 20

    /// Passes the bytes on in chunks, all of `chunkSize` but the last.
    func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
        switch self {
        case .bytes(let bytes):
            if bytes.count <= Self.chunkSize {
                if !bytes.isEmpty { try body(bytes) }
                return
            }
            for start in stride(from: 0, to: bytes.count, by: Self.chunkSize) {
                try body(Array(bytes[start..<min(start + Self.chunkSize, bytes.count)]))
            }
        case .file(let path):
            let file = try OpenFile(reading: path)
            while let chunk = try file.read(upTo: Self.chunkSize) { try body(chunk) }
        }
    }

    /// Size and digest, in one pass with flat memory.
    func measure() throws -> (size: Int64, digest: Digest) {
        if case .bytes(let bytes) = self { return (Int64(bytes.count), Digest(of: bytes)) }
        let hash = SHA256()
        var size: Int64 = 0
        try forEachChunk { chunk in
            hash.update(chunk)
            size += Int64(chunk.count)
        }
        return (size, hash.finalize())
    }
}

/// An artifact that is to be kept: its name and its bytes.
public struct NewArtifact: Sendable {
    public let path: ArtifactPath
    public let content: ArtifactContent

    public init(path: ArtifactPath, content: ArtifactContent) {
        self.path = path
        self.content = content
    }

    /// Throws `ArtifactError.invalidPath`.
    public init(path: String, bytes: [UInt8]) throws(ArtifactError) {
        self.init(path: try ArtifactPath(path), content: .bytes(bytes))
    }
}

/// Whose artifacts. Numbers are the private ones of the tables.
public enum ArtifactOwner: Sendable, Hashable {
    case run(Int64)
    case loggedModel(Int64)
}
