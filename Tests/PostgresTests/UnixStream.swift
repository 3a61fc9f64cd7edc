import Glibc

/// Unix sockets, for the doubles of a server.
enum UnixStream {
    struct Failure: Error {}

    static func listen(_ path: String) throws -> Int32 {
        try open(path) { descriptor, address, length in
            bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 16) == 0
        }
    }

    static func connect(_ path: String) throws -> Int32 {
        try open(path) { descriptor, address, length in Glibc.connect(descriptor, address, length) == 0 }
    }

    /// Sends all bytes, or as many as the other end takes. A closed one must not end the process with SIGPIPE.
    static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func open(
        _ path: String,
        _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isOpen = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isOpen else {
            close(descriptor)
            throw Failure()
        }
        return descriptor
    }
}
