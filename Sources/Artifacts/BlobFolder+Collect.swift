#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension BlobFolder {
    /// Blobs that nobody has touched for `seconds`, a thousand at a time. Removes abandoned temporary files on the way.
    func candidates(olderThan seconds: Double) throws -> [[Digest]] {
        guard Self.size(of: path) != nil else { return [] }
        for name in try Self.names(in: "\(path)/tmp") where Self.age(of: "\(path)/tmp/\(name)") ?? 0 > seconds {
            unlink("\(path)/tmp/\(name)")
        }
        var digests: [Digest] = []
        for folder in try Self.names(in: path) where folder.utf8.count == 2 {
            for name in try Self.names(in: "\(path)/\(folder)")
            where Self.age(of: "\(path)/\(folder)/\(name)") ?? 0 > seconds {
                if let digest = Digest(hex: name), name.hasPrefix(folder) { digests.append(digest) }
            }
        }
        return stride(from: 0, to: digests.count, by: 1000).map { Array(digests[$0..<min($0 + 1000, digests.count)]) }
    }

    /// Removes blobs, except those that somebody has touched meanwhile.
    func remove(_ digests: [Digest], olderThan seconds: Double) throws -> [(digest: Digest, size: Int64)] {
        var removed: [(digest: Digest, size: Int64)] = []
        let lock = try OpenFile(locking: "\(path)/lock")
        try lock.lock(exclusively: true)
        for digest in digests {
            let file = path(of: digest)
            guard let size = Self.size(of: file), let age = Self.age(of: file), age > seconds else { continue }
            guard unlink(file) == 0 else {
                if errno == ENOENT { continue }
                throw ArtifactError.file("cannot remove", file, errno)
            }
            removed.append((digest, size))
        }
        return removed
    }

    /// Seconds since the file was written or touched, by the clock of whoever asks.
    private static func age(of path: String) -> Double? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec - status.st_mtim.tv_sec) + Double(now.tv_nsec - status.st_mtim.tv_nsec) / 1e9
    }

    /// Empty if there is no such folder.
    private static func names(in path: String) throws(ArtifactError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw .file("cannot list", path, errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
