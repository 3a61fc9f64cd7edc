internal import Threads

extension ArtifactStore {
    /// Measures artifacts, and writes them to the folder if the root is one, so that publishing is quick.
    ///
    /// Throws `ArtifactError`: `invalidPath` for two of the same name, or a name that is a folder of another;
    /// `storageFull` or `storageFailed`, with nothing left half-written.
    public func stage(_ artifacts: [NewArtifact]) async throws -> StagedArtifacts {
        try Self.checkNames(artifacts.map(\.path))
        let root = root
        let identity = root == .postgres ? "" : try await databaseIdentity()
        return try await CachedThreadPool.shared.run {
            let entries = try artifacts.map { artifact in
                let (size, digest) = try artifact.content.measure()
                return StagedArtifacts.Entry(
                    path: artifact.path,
                    content: artifact.content,
                    digest: digest,
                    size: size
                )
            }
            if case .folder(let path) = root {
                let folder = BlobFolder(path: path)
                try folder.claim(for: identity)
                try folder.write(entries.map { ($0.digest, $0.size, $0.content) })
            }
            return StagedArtifacts(entries: entries, root: root)
        }
    }

    /// Measures artifacts, and writes them to the folder if the root is one.
    public func stage(_ artifacts: [(path: String, bytes: [UInt8])]) async throws -> StagedArtifacts {
        try await stage(artifacts.map { try NewArtifact(path: $0.path, bytes: $0.bytes) })
    }

    private static func checkNames(_ paths: [ArtifactPath]) throws(ArtifactError) {
        let names = Set(paths)
        guard names.count == paths.count else {
            throw ArtifactError(.invalidPath, "two artifacts have the same path: give each its own")
        }
        for path in paths {
            var folder = path.components.dropLast()
            while !folder.isEmpty {
                let name = folder.joined(separator: "/")
                guard !names.contains(.stored(name)) else {
                    throw ArtifactError(
                        .invalidPath,
                        "the artifact path '\(name)' names both a file and the folder of '\(path)'"
                    )
                }
                folder.removeLast()
            }
        }
    }
}
