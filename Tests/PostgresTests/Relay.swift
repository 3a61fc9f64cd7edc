import Dispatch
import FoundationEssentials
import Glibc
import Postgres
import Synchronization

/// Stands between client and server, and misbehaves on demand.
final class Relay: Sendable {
    private struct State {
        var pairs: [[Int32]] = []
        var frozen: Set<Int32> = []
        var freezesNew = false
        var lastWords: String?
        var lostWords: String?
        var forgesProcessID = false
        var requestCount = 0
        var listener: Int32 = -1
    }

    /// How to reach the server through the relay.
    let configuration: PostgresConfiguration
    private let target: String
    private let directory: String
    /// Apart from the relay, so that its threads do not keep it alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared = Shared()

    init(to configuration: PostgresConfiguration) throws {
        directory = "/tmp/coppice-relay-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        target = (configuration["host"] ?? "") + "/.s.PGSQL." + (configuration["port"] ?? "5432")
        var own = configuration
        own["host"] = directory
        own["port"] = "5432"
        self.configuration = own
    }

    deinit {
        refuse()
        cut()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private var path: String { directory + "/.s.PGSQL.5432" }

    /// Accepts connections from now on.
    func listen() throws {
        let listener = try UnixStream.listen(path)
        shared.state.withLock { $0.listener = listener }
        Self.onOwnThread { [shared, target] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                guard let server = try? UnixStream.connect(target) else {
                    close(client)
                    continue
                }
                shared.state.withLock { state in
                    state.pairs.append([client, server])
                    if state.freezesNew { state.frozen.formUnion([client, server]) }
                }
                Self.onOwnThread { Self.pump(from: client, to: server, isRequest: true, shared) }
                Self.onOwnThread { Self.pump(from: server, to: client, isRequest: false, shared) }
            }
        }
    }

    /// A concurrent queue, whose threads would all wait, gets one more in a second: too late for many relays at a time.
    private static func onOwnThread(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "relay").async(execute: body)
    }

    /// Accepts no new connections.
    func refuse() {
        let listener = shared.state.withLock { state in
            defer { state.listener = -1 }
            return state.listener
        }
        if listener >= 0 {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
            unlink(path)
        }
    }

    /// Cuts every connection.
    func cut() {
        for pair in shared.state.withLock({ $0.pairs }) { for end in pair { shutdown(end, Int32(SHUT_RDWR)) } }
    }

    /// The connections stay open, and nothing goes through them any more: as if the network were unplugged.
    func freeze() {
        shared.state.withLock { state in state.frozen.formUnion(state.pairs.flatMap { $0 }) }
    }

    /// The same for connections that are opened from now on; they are accepted.
    func freezeNew(_ freezes: Bool) { shared.state.withLock { $0.freezesNew = freezes } }

    /// Cuts the connection once the server has got a message with this text, before it can answer.
    func cut(after text: String) {
        shared.state.withLock { $0.lastWords = text }
    }

    /// From now on requests with this text get lost.
    func lose(_ text: String?) { shared.state.withLock { $0.lostWords = text } }

    /// Tells clients another process number than the server's, as poolers do.
    func forgeProcessID() {
        shared.state.withLock { $0.forgesProcessID = true }
    }

    /// How often a client sent something, which is once in a round trip if it is little.
    var requestCount: Int { shared.state.withLock { $0.requestCount } }

    private static func pump(from source: Int32, to sink: Int32, isRequest: Bool, _ shared: Shared) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(source, &buffer, buffer.count), count > 0 {
            let (isFrozen, lastWords, lostWords, forges) = shared.state.withLock { state in
                if isRequest { state.requestCount += 1 }
                return (state.frozen.contains(source), state.lastWords, state.lostWords, state.forgesProcessID)
            }
            if isFrozen || isRequest && lostWords.map({ buffer[..<count].contains($0.utf8) }) ?? false { continue }
            if forges, !isRequest, let place = buffer[..<count].firstRange(of: [UInt8(ascii: "K"), 0, 0, 0, 12]) {
                buffer[place.lowerBound + 8] ^= 1
            }
            let isLast = isRequest && lastWords.map { buffer[..<count].contains($0.utf8) } ?? false
            // The client hears nothing of what the server says to its last words.
            if isLast { shutdown(source, Int32(SHUT_RDWR)) }
            UnixStream.send(buffer[..<count], to: sink)
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }
}
