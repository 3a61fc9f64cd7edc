#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file descriptor that is closed with its owner. Interrupted calls are repeated, short ones continued.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    private init(_ path: String, flags: Int32, mode: mode_t) throws(ArtifactError) {
        var descriptor: Int32
        repeat { descriptor = open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .file("cannot open", path, errno) }
        self.descriptor = descriptor
        self.path = path
    }

    init(reading path: String) throws(ArtifactError) {
        try self.init(path, flags: O_RDONLY, mode: 0)
    }

    /// A file that must not exist yet.
    init(creating path: String, mode: mode_t = 0o640) throws(ArtifactError) {
        try self.init(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    }

    /// A file that is there only to be locked.
    init(locking path: String) throws(ArtifactError) {
        try self.init(path, flags: O_RDWR | O_CREAT, mode: 0o660)
    }

    deinit { close(descriptor) }

    /// As many bytes as there are, up to `limit`; nil at the end of the file.
    func read(upTo limit: Int) throws(ArtifactError) -> [UInt8]? {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < limit {
                #if canImport(Glibc)
                    let got = Glibc.read(descriptor, buffer.baseAddress! + count, limit - count)
                #elseif canImport(Musl)
                    let got = Musl.read(descriptor, buffer.baseAddress! + count, limit - count)
                #else
                    let got = Darwin.read(descriptor, buffer.baseAddress! + count, limit - count)
                #endif
                if got == 0 { break }
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    break
                }
                count += got
            }
        }
        guard failure == 0 else { throw .file("cannot read", path, failure) }
        return bytes.isEmpty ? nil : bytes
    }

    /// Where the next byte is read from.
    func seek(to offset: Int64) throws(ArtifactError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .file("cannot read", path, errno) }
    }

    func write(_ bytes: [UInt8]) throws(ArtifactError) {
        var failure: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                #if canImport(Glibc)
                    let put = Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                #elseif canImport(Musl)
                    let put = Musl.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                #else
                    let put = Darwin.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
                #endif
                if put < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                done += put
            }
        }
        guard failure == 0 else { throw .file("cannot write", path, failure) }
    }

    /// Returns when the bytes are on the disk.
    func synchronize() throws(ArtifactError) {
        guard fsync(descriptor) == 0 else { throw .file("cannot write", path, errno) }
    }

    func lock(exclusively: Bool) throws(ArtifactError) {
        while flock(descriptor, exclusively ? LOCK_EX : LOCK_SH) != 0 {
            guard errno == EINTR else { throw .file("cannot lock", path, errno) }
        }
    }
}

extension ArtifactError {
    /// What the operating system said about a file.
    static func file(_ action: String, _ path: String, _ code: Int32) -> ArtifactError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT, EFBIG:
            return ArtifactError(
                .storageFull,
                "\(action) '\(path)': \(reason); free some space or choose another artifact root"
            )
        case ENOENT:
            return ArtifactError(.notFound, "\(action) '\(path)': \(reason)")
        default:
            return ArtifactError(.storageFailed, "\(action) '\(path)': \(reason)")
        }
    }
}
