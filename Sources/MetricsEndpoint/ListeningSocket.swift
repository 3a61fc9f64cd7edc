internal import Glibc

/// Why the metrics cannot be offered.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `what: why; what to do`.
    public let description: String
}

/// A TCP socket that waits for clients; closed when it is released.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// The port, also where any free one was asked for.
    let port: UInt16

    /// - Parameter port: 0 for any free one.
    init(host: String, port: UInt16) throws(EndpointError) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        guard status == 0, let address = found else {
            throw EndpointError(
                description:
                    "cannot listen on '\(host)': \(String(cString: gai_strerror(status))); give an address of this machine"
            )
        }
        defer { freeaddrinfo(found) }
        descriptor = socket(
            address.pointee.ai_family,
            address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
            address.pointee.ai_protocol
        )
        guard descriptor >= 0 else { throw Self.failure(host, port) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(descriptor, 64) == 0
        else {
            let failure = Self.failure(host, port)
            Glibc.close(descriptor)
            throw failure
        }
        self.port = Self.port(of: descriptor) ?? port
    }

    deinit { Glibc.close(descriptor) }

    /// The next client that waits; nil: none does.
    func accept() -> Int32? {
        while true {
            let client = Glibc.accept(descriptor, nil, nil)
            if client >= 0 {
                // Not for the programs that this one starts.
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                return client
            }
            // One that has gone already is not the last one.
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard getsockname(descriptor, generic, &length) == 0 else { return nil }
                // The port is in the same place for IPv4 and IPv6.
                return generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
            }
        }
    }

    private static func failure(_ host: String, _ port: UInt16) -> EndpointError {
        EndpointError(
            description:
                "cannot listen on \(host) port \(port): \(String(cString: strerror(errno))); choose another port"
        )
    }
}
