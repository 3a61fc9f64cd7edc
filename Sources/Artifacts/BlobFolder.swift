#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Blobs as files: `ab/ab12…` under their digest, written to `tmp/` first.
///
/// A file under its digest is complete and on the disk. Whoever uses one that exists touches it, which begins its
/// grace time anew; touching and removing exclude each other by a lock on the file `lock`.
struct BlobFolder: Sendable {
    let path: String

    func path(of digest: Digest) -> String {
        let name = digest.hex
        return "\(path)/\(name.prefix(2))/\(name)"
    }

    /// Writes blobs that are not there yet. When it returns they are on the disk; when it throws, those that are
    /// complete stay, to be collected later, and nothing else does.
    func write(_ blobs: [(digest: Digest, size: Int64, content: ArtifactContent)]) throws {
        let lock = try OpenFile(locking: "\(path)/lock")
        try lock.lock(exclusively: false)
        var changedFolders: Set<String> = []
        for blob in Dictionary(blobs.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first }).values {
            let destination = path(of: blob.digest)
            if Self.size(of: destination) == blob.size, utimensat(AT_FDCWD, destination, nil, 0) == 0 { continue }
            let folder = String(destination.prefix(path.utf8.count + 3))
            if mkdir(folder, 0o750) == 0 {
                changedFolders.insert(path)
            } else if errno != EEXIST {
                throw ArtifactError.file("cannot create", folder, errno)
            }
            try write(blob.content, as: blob.digest, to: destination)
            changedFolders.insert(folder)
        }
        for folder in changedFolders { try OpenFile(reading: folder).synchronize() }
    }

    /// Makes the folder this database's own, or throws `ArtifactError.unsupported` if it is another one's.
    func claim(for identity: String) throws {
        try Self.makeFolders("\(path)/tmp")
        let marker = "\(path)/database"
        // The common case, which waits for nobody.
        if Self.size(of: marker) != nil, try Self.text(of: marker) == identity { return }
        let lock = try OpenFile(locking: "\(path)/lock")
        try lock.lock(exclusively: true)
        if Self.size(of: marker) ?? 0 == 0 {
            unlink(marker)
            let file = try OpenFile(creating: marker)
            try file.write(Array(identity.utf8))
            try file.synchronize()
        }
        guard try Self.text(of: marker) == identity else {
            throw ArtifactError(
                .unsupported,
                "the artifact root 'file://\(path)' belongs to another database: give each database a folder of its own"
            )
        }
    }

    private func write(_ content: ArtifactContent, as digest: Digest, to destination: String) throws {
        let temporary = "\(path)/tmp/\(digest.hex.prefix(16))-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        do {
            let file = try OpenFile(creating: temporary)
            let hash = SHA256()
            try content.forEachChunk { chunk in
                hash.update(chunk)
                try file.write(chunk)
            }
            try file.synchronize()
            guard hash.finalize() == digest else {
                throw ArtifactError(.changed, "a file changed while it was uploaded: try again")
            }
            guard rename(temporary, destination) == 0 else {
                throw ArtifactError.file("cannot create", destination, errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Makes a folder and those above it.
    static func makeFolders(_ path: String) throws(ArtifactError) {
        var partial = ""
        for name in path.split(separator: "/") {
            partial += "/\(name)"
            if mkdir(partial, 0o750) == 0 || errno == EEXIST || errno == EISDIR { continue }
            // Folders above may be unreadable to us and still be there; the last one decides.
            let code = errno
            guard size(of: partial) != nil else { throw .file("cannot create", partial, code) }
        }
    }

    private static func text(of path: String) throws(ArtifactError) -> String {
        String(decoding: try OpenFile(reading: path).read(upTo: 100) ?? [], as: UTF8.self)
    }

    /// Nil if there is nothing.
    static func size(of path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int64(status.st_size)
    }
}
