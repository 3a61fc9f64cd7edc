internal import Threads

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension ArtifactStore {
    /// What a download wrote.
    public struct Download: Sendable, Equatable {
        /// The file, or the folder, that was written.
        public let destination: String
        public let fileCount: Int
        /// In bytes.
        public let size: Int64

        public init(destination: String, fileCount: Int, size: Int64) {
            self.destination = destination
            self.fileCount = fileCount
            self.size = size
        }
    }

    /// Copies an artifact, or a folder of them, out of the store; a nil path means all.
    ///
    /// As with `cp`: into `destination` if that is a folder, else under that name. Each file appears complete and
    /// checked, or not at all. Throws `ArtifactError`: `notFound`, `corrupt`, `storageFull`, `storageFailed`.
    public func download(
        _ path: ArtifactPath?,
        of owner: ArtifactOwner,
        to destination: String
    ) async throws -> Download {
        if let path, let info = try await info(path, of: owner) {
            let file = Self.isFolder(destination) ? "\(destination)/\(path.name)" : destination
            try await write(info, to: file)
            return Download(destination: file, fileCount: 1, size: info.size)
        }
        let infos = try await files(in: path, of: owner)
        guard !infos.isEmpty else {
            guard let path else { throw ArtifactError(.notFound, "the run has no artifacts") }
            throw try await notFound(path, of: owner)
        }
        var folder = destination
        if let path, Self.isFolder(destination) { folder += "/\(path.name)" }
        for info in infos {
            let parts = info.path.relative(to: path).components
            try await CachedThreadPool.shared.run { [folder] in
                try Self.makeFolder(([folder] + parts.dropLast()).joined(separator: "/"))
            }
            try await write(info, to: "\(folder)/\(parts.joined(separator: "/"))")
        }
        return Download(destination: folder, fileCount: infos.count, size: infos.reduce(0) { $0 + $1.size })
    }

    private func write(_ info: ArtifactInfo, to destination: String) async throws {
        let temporary = "\(destination).part-\(UInt32.random(in: 0 ... .max))"
        do {
            try await copy(info, to: temporary)
            guard rename(temporary, destination) == 0 else {
                throw ArtifactError.file("cannot write", destination, errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func copy(_ info: ArtifactInfo, to path: String) async throws {
        let file = SharedFile(try OpenFile(creating: path, mode: 0o666))
        for try await chunk in reader(info) {
            try await CachedThreadPool.shared.run { try file.write(chunk) }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func makeFolder(_ path: String) throws(ArtifactError) {
        guard !isFolder(path), !path.isEmpty else { return }
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw .file("cannot create", path, errno) }
    }
}

/// A file that is written by one task, on whichever thread may wait.
private final class SharedFile: Sendable {
    private let file: OpenFile

    init(_ file: consuming OpenFile) {
        self.file = file
    }

    func write(_ bytes: [UInt8]) throws {
        try file.write(bytes)
    }
}
