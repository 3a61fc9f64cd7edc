internal import Glibc
internal import Synchronization

/// One client's connection through the proxy: two sockets and a thread that carries bytes between them.
final class ProxiedConnection: Sendable {
    private struct State {
        var isClosed = false
        var isBlackHole = false
    }

    /// `POLLRDHUP`, which Glibc shows to programs in C only.
    private static let hangUp: Int16 = 0x2000

    private let client: Int32
    private let server: Int32
    private let wires: LoopbackProxy.Wires
    private let state = Mutex(State())

    init(client: Int32, server: Int32, wires: LoopbackProxy.Wires) {
        self.client = client
        self.server = server
        self.wires = wires
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    var isBlackHole: Bool {
        get { state.withLock { $0.isBlackHole } }
        set { state.withLock { $0.isBlackHole = newValue } }
    }

    /// Ends it for both sides. The thread that carries notices and closes the sockets.
    func cut() {
        state.withLock { state in
            guard !state.isClosed else { return }
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    /// Carries bytes until one side hangs up. Blocks the calling thread.
    func carry() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while let source = nextReadable() {
            if isBlackHole {
                guard waitInBlackHole() else { break }
                continue
            }
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            guard pass(buffer[..<count], from: source) else { break }
        }
        cut()
        state.withLock { state in
            state.isClosed = true
            close(client)
            close(server)
        }
    }

    private func nextReadable() -> Int32? {
        var ends = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ends, 2, -1) < 0 {
            guard errno == EINTR else { return nil }
        }
        return ends.first { $0.revents != 0 }?.fd
    }

    /// Sleeps until the connection is cut; `false` then.
    private func waitInBlackHole() -> Bool {
        while isBlackHole {
            var end = pollfd(fd: client, events: Self.hangUp, revents: 0)
            // What cuts the connection hangs it up; data that waits is none of our business.
            if poll(&end, 1, 50) > 0, end.revents & (Self.hangUp | Int16(POLLHUP | POLLERR)) != 0 { return false }
        }
        return true
    }

    /// `false` if the connection is over.
    private func pass(_ bytes: ArraySlice<UInt8>, from source: Int32) -> Bool {
        guard source == client else { return LoopbackSocket.send(bytes, to: client) }
        guard let trap = wires.state.withLock(\.trap), trap.catches(bytes) else {
            return LoopbackSocket.send(bytes, to: server)
        }
        switch trap.reaction {
        case .hold:
            while trap.isSprung, !isClosed { usleep(2_000) }
            return LoopbackSocket.send(bytes, to: server)
        case .cutAfterDelivery:
            guard LoopbackSocket.send(bytes, to: server) else { return false }
            // Its answer shows that the server is done with the message, and goes nowhere.
            var answer = pollfd(fd: server, events: Int16(POLLIN), revents: 0)
            _ = poll(&answer, 1, 10_000)
            return false
        case .cutBeforeDelivery:
            return false
        }
    }
}
