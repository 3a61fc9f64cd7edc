internal import Dispatch
internal import Foundation

/// A kept-alive HTTP connection to chromedriver on this machine; one exchange after the other.
final class DriverConnection: Sendable {
    /// Longer than chromedriver itself waits for a page or a script.
    private static let answerLimit = 90

    private let descriptor: Int32
    private let port: UInt16
    private let queue = DispatchQueue(label: "browser-driver")

    init(port: UInt16) throws(BrowserError) {
        self.port = port
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: Self.answerLimit, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw BrowserError(.connectionLost, "cannot connect to port \(port): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// The body of the answer. Blocks a thread of its own: the server under test may need the tasks' threads.
    func exchange(_ method: String, _ path: String, _ body: Data) async throws -> Data {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        try self.send(Data(head.utf8) + body)
                        return try self.receive()
                    }
                )
            }
        }
    }

    private func send(_ data: Data) throws(BrowserError) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BrowserError(.connectionLost, "chromedriver has closed the connection") }
            rest = rest.dropFirst(count)
        }
    }

    private func receive() throws(BrowserError) -> Data {
        var received = Data()
        while true {
            if let head = received.firstRange(of: Data("\r\n\r\n".utf8)) {
                let size = try Self.bodySize(String(decoding: received[..<head.lowerBound], as: UTF8.self))
                while received.count < head.upperBound + size { try receive(into: &received) }
                return Data(received[head.upperBound...])
            }
            try receive(into: &received)
        }
    }

    private func receive(into received: inout Data) throws(BrowserError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        repeat { count = recv(descriptor, &buffer, buffer.count, 0) } while count < 0 && errno == EINTR
        guard count > 0 else {
            throw BrowserError(.connectionLost, "chromedriver ended, or gave no answer within \(Self.answerLimit) s")
        }
        received += buffer[..<count]
    }

    private static func bodySize(_ head: String) throws(BrowserError) -> Int {
        for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            if let size = Int(parts[1].trimmingCharacters(in: .whitespaces)) { return size }
        }
        throw BrowserError(.connectionLost, "an answer of chromedriver has no length")
    }
}
