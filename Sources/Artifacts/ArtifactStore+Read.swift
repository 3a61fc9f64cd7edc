internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ArtifactStore {
    /// An artifact, to be read in chunks. Throws `ArtifactError.notFound` that names what is beside it.
    public func open(_ path: ArtifactPath, of owner: ArtifactOwner) async throws -> ArtifactReader {
        let found = try await pool.withSession { session in
            try Self.infos(owner, where: "a.path = \(path.description)", in: session).first
        }
        guard let found else { throw try await notFound(path, of: owner) }
        return reader(found)
    }

    /// A whole artifact, checked. For what is large, use `open`.
    public func read(_ path: ArtifactPath, of owner: ArtifactOwner) async throws -> [UInt8] {
        try await open(path, of: owner).bytes()
    }

    /// All files in a folder, by their paths relative to it, each whole and checked; nil is the root.
    ///
    /// One statement for every 8 MiB. Throws `ArtifactError.notFound` if there is nothing in it.
    public func readFolder(
        _ folder: ArtifactPath?,
        of owner: ArtifactOwner
    ) async throws -> [(path: String, bytes: [UInt8])] {
        let infos = try await files(in: folder, of: owner)
        guard !infos.isEmpty || folder == nil else { throw try await notFound(folder!, of: owner) }
        var contents: [Digest: [UInt8]] = [:]
        for group in Self.groups(infos.filter { $0.location == ArtifactRoot.postgres.description }) {
            try await contents.merge(blobs(group)) { first, _ in first }
        }
        var result: [(path: String, bytes: [UInt8])] = []
        for info in infos {
            let relative = info.path.relative(to: folder).description
            if let bytes = contents[info.digest] {
                guard Digest(of: bytes) == info.digest else { throw reader(info).corruption(Int64(bytes.count)) }
                result.append((relative, bytes))
            } else {
                result.append((relative, try await reader(info).bytes()))
            }
        }
        return result
    }

    func reader(_ info: ArtifactInfo) -> ArtifactReader {
        ArtifactReader(
            name: info.path.description,
            digest: info.digest,
            size: info.size,
            location: info.location,
            store: self
        )
    }

    /// Nil after the last.
    func chunk(_ number: Int32, of digest: Digest) async throws -> [UInt8]? {
        try await pool.withSession { session in
            try session.execute(
                "select bytes from coppice.blob_chunks where digest = \(digest.data) and chunk_no = \(number)"
            ).first?.bytes("bytes")
        }
    }

    private func blobs(_ infos: [ArtifactInfo]) async throws -> [Digest: [UInt8]] {
        let digests = infos.map(\.digest.data)
        return try await pool.withSession { session in
            // Empty blobs have no chunks.
            var contents = Dictionary(infos.map { ($0.digest, [UInt8]()) }) { first, _ in first }
            let rows = try session.execute(
                """
                select digest, bytes from coppice.blob_chunks
                where digest = any(\(digests))
                order by digest, chunk_no
                """
            )
            for row in rows {
                guard let digest = Digest(bytes: try row.bytes("digest")) else { continue }
                contents[digest, default: []] += try row.bytes("bytes")
            }
            return contents
        }
    }

    /// Groups of at most 8 MiB together; what is larger alone is left to be streamed.
    private static func groups(_ infos: [ArtifactInfo]) -> [[ArtifactInfo]] {
        let limit: Int64 = 8 << 20
        var groups: [[ArtifactInfo]] = []
        var size: Int64 = 0
        for info in infos where info.size <= limit {
            if groups.isEmpty || size + info.size > limit {
                groups.append([])
                size = 0
            }
            groups[groups.count - 1].append(info)
            size += info.size
        }
        return groups
    }
}
