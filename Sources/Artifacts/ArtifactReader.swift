internal import Synchronization
internal import Threads

/// The bytes of an artifact in chunks of 1 MiB, with flat memory.
///
/// The digest is compared after the last chunk: if it is not the artifact's, iteration throws
/// `ArtifactError.corrupt` instead of ending. Whoever writes the chunks somewhere must be ready to take them back.
public struct ArtifactReader: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    /// What names the artifact in errors.
    let name: String
    public let digest: Digest
    /// In bytes.
    public let size: Int64
    let location: String
    let store: ArtifactStore

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let reader: ArtifactReader
        private let hash = SHA256()
        private var source: ChunkSource?
        private var done: Int64 = 0
        private var hasEnded = false

        init(_ reader: ArtifactReader) {
            self.reader = reader
        }

        public mutating func next() async throws -> [UInt8]? {
            guard !hasEnded else { return nil }
            try Task.checkCancellation()
            let source = try await reader.source(self.source)
            self.source = source
            guard let chunk = try await source.next() else {
                hasEnded = true
                guard done == reader.size, hash.finalize() == reader.digest else { throw reader.corruption(done) }
                return nil
            }
            done += Int64(chunk.count)
            guard done <= reader.size else { throw reader.corruption(done) }
            hash.update(chunk)
            return chunk
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }

    /// All of it at once; only for what is known to be small, or is needed whole.
    public func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(size))
        for try await chunk in self { bytes += chunk }
        return bytes
    }

    /// Says which artifact is damaged, and how.
    func corruption(_ found: Int64) -> ArtifactError {
        let what =
            found == size
            ? "its SHA-256 is not \(digest.hex)"
            : "it has \(found > size ? "more than " : "")\(Swift.min(found, size)) bytes instead of \(size)"
        return ArtifactError(
            .corrupt,
            "'\(name)' is damaged in the artifact store (\(location)): \(what); restore it from a backup"
        )
    }

    /// - Parameters:
    ///   - open: The source, once it is open; else it is opened.
    ///   - chunk: Where to begin; each chunk before it is skipped.
    func source(_ open: ChunkSource?, at chunk: Int32 = 0) async throws -> ChunkSource {
        if let open { return open }
        guard let folder = try ArtifactStore.folder(location) else {
            return .database(store, digest, DatabasePosition(chunk))
        }
        return .file(
            try await CachedThreadPool.shared.run { [digest, store, name] in
                let file = try folder.open(digest, elsewhere: store.root, name: name)
                if chunk > 0 { try file.skip(to: Int64(chunk) * Int64(ArtifactContent.chunkSize)) }
                return file
            }
        )
    }
}

/// How far reading a blob from the database has come.
final class DatabasePosition {
    var chunk: Int32

    init(_ chunk: Int32) {
        self.chunk = chunk
    }
}

/// Where chunks come from.
enum ChunkSource {
    case database(ArtifactStore, Digest, DatabasePosition)
    case file(BlobFile)

    func next() async throws -> [UInt8]? {
        switch self {
        case .database(let store, let digest, let position):
            defer { position.chunk += 1 }
            return try await store.chunk(position.chunk, of: digest)
        case .file(let file):
            return try await file.read()
        }
    }
}

/// An open blob, read on threads that may block: a folder may be another machine's.
final class BlobFile: Sendable {
    private let file: Mutex<OpenFile>

    init(_ file: consuming sending OpenFile) {
        self.file = Mutex(file)
    }

    func read() async throws -> [UInt8]? {
        try await CachedThreadPool.shared.run {
            try self.file.withLock { file in try file.read(upTo: ArtifactContent.chunkSize) }
        }
    }

    func skip(to offset: Int64) throws {
        try file.withLock { file in try file.seek(to: offset) }
    }
}

extension BlobFolder {
    /// Opens a blob here, or in the folder that is configured now: it may be mounted elsewhere on this machine.
    func open(_ digest: Digest, elsewhere root: ArtifactRoot, name: String) throws -> BlobFile {
        var folders = [self]
        if case .folder(let other) = root, other != path { folders.append(BlobFolder(path: other)) }
        for folder in folders where Self.size(of: folder.path(of: digest)) != nil {
            return BlobFile(try OpenFile(reading: folder.path(of: digest)))
        }
        throw ArtifactError(
            .storageFailed,
            "the bytes of '\(name)' are missing: there is no file '\(path(of: digest))'; is the folder mounted on this machine?"
        )
    }
}
