internal import Foundation
internal import Glibc
internal import Synchronization

/// Stands on 127.0.0.1 between one client program and the server, and is the network that fails.
public final class LoopbackProxy: Sendable {
    /// What connections to this proxy go through, and what is in store for them.
    final class Wires: Sendable {
        struct State {
            var connections: [ProxiedConnection] = []
            var isBlackHole = false
            var trap: Trap?
        }
        let state = Mutex(State())
    }

    /// The port on 127.0.0.1.
    public let port: UInt16
    private let listener: Int32
    private let wires = Wires()

    /// Accepts connections from now on and takes them to the server's Unix socket.
    public init(to socketPath: String) throws {
        (listener, port) = try LoopbackSocket.listen()
        Thread.detachNewThread { [listener, wires] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                // A worker that inherited it would keep it open.
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let server = try? LoopbackSocket.connect(unixSocket: socketPath) else {
                    close(client)
                    continue
                }
                let connection = ProxiedConnection(client: client, server: server, wires: wires)
                wires.state.withLock { state in
                    state.connections.removeAll(where: \.isClosed)
                    state.connections.append(connection)
                    if state.isBlackHole { connection.isBlackHole = true }
                }
                Thread.detachNewThread { connection.carry() }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        cut()
    }

    /// Cuts every connection; new ones are accepted. Returns how many there were.
    @discardableResult
    public func cut() -> Int {
        let open = wires.state.withLock { $0.connections.filter { !$0.isClosed } }
        for connection in open { connection.cut() }
        return open.count
    }

    /// From now on nothing goes through any more in either direction, and nobody is told; the connections stay open.
    public func openBlackHole() {
        wires.state.withLock { state in
            state.isBlackHole = true
            for connection in state.connections { connection.isBlackHole = true }
        }
    }

    /// New connections work again. Those that hung stay as they are until `cut`: their bytes are lost.
    public func closeBlackHole() {
        wires.state.withLock { $0.isBlackHole = false }
    }

    /// Waits for the next message of this kind on any connection, and does this to it. One trap at a time; the last
    /// one counts.
    public func trap(_ message: Trap.Message, _ reaction: Trap.Reaction) -> Trap {
        let trap = Trap(message, reaction)
        wires.state.withLock { state in
            state.trap?.disarm()
            state.trap = trap
        }
        return trap
    }
}
