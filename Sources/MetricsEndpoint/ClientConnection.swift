internal import Dispatch
internal import Glibc

/// One client's socket: blocking, but never for long; closed when it is released.
final class ClientConnection: Sendable {
    private let descriptor: Int32
    /// A thread for each while it is read or written: one that all share is given a second thread a second later.
    let queue = DispatchQueue(label: "coppice.metrics.client")

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // A client that reads nothing.
        Self.limit(descriptor, SO_SNDTIMEO, milliseconds: 5000)
    }

    deinit { Glibc.close(descriptor) }

    /// Reads until the head is complete or refused; one that is not complete after `milliseconds` is refused, too.
    func readHead(within milliseconds: Int) -> RequestHead {
        let end = DispatchTime.now() + .milliseconds(milliseconds)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while true {
            let rest = Int(
                clamping: (Int64(end.uptimeNanoseconds) - Int64(DispatchTime.now().uptimeNanoseconds)) / 1_000_000
            )
            guard rest > 0 else { return .refused(status: 408) }
            Self.limit(descriptor, SO_RCVTIMEO, milliseconds: rest)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            // It hung up before it had asked for anything.
            guard count > 0 else { return .refused(status: 400) }
            bytes += buffer[..<count]
            let head = RequestHead(bytes)
            if head != .incomplete { return head }
        }
    }

    /// Sends all of it, or as much as the client takes.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                // No SIGPIPE for a client that has gone.
                Glibc.send(descriptor, all.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
        shutdown(descriptor, Int32(SHUT_WR))
        drain()
    }

    /// What the client still sends is read: closing on unread bytes would take the answer from it.
    private func drain() {
        Self.limit(descriptor, SO_RCVTIMEO, milliseconds: 200)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var rounds = 0
        while rounds < 64, recv(descriptor, &buffer, buffer.count, 0) > 0 { rounds += 1 }
    }

    private static func limit(_ descriptor: Int32, _ option: Int32, milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}
