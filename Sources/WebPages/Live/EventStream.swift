internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI
internal import NIOCore
internal import ServiceLifecycle

/// Tells a browser when what it shows has changed (server-sent events).
///
/// It says that something changed, never what: the browser fetches the page again, so there is one way in which a page is
/// made. The server looks at one small thing now and then, as long as somebody looks at the page; a stream ends after a
/// while, and the browser begins another.
struct EventStream<State: Equatable & Sendable>: AsyncSequence, Sendable {
    typealias Element = String

    /// How long to wait between two looks.
    let interval: Duration
    let look: @Sendable () async throws -> State
    /// Whether nothing will change any more.
    let isFinal: @Sendable (State) -> Bool

    /// How long a stream lasts at most.
    private static var lifetime: Duration { .seconds(600) }
    /// So often something is sent, so that nobody between takes the connection for dead.
    private static var heartbeat: Duration { .seconds(15) }

    func response() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
                // A server that stops does not wait for those who only watch.
                for try await text in cancelOnGracefulShutdown() {
                    try await writer.write(ByteBuffer(string: text))
                }
                try await writer.finish(nil)
            }
        )
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let stream: EventStream
        private let start = ContinuousClock.now
        private var lastSent = ContinuousClock.now
        private var known: State?
        private var hasEnded = false

        init(stream: EventStream) { self.stream = stream }

        mutating func next() async throws -> String? {
            while !hasEnded, ContinuousClock.now - start < EventStream.lifetime {
                // A database that is away for a moment is no reason to stop looking.
                if let state = try? await stream.look(), state != known {
                    known = state
                    hasEnded = stream.isFinal(state)
                    lastSent = .now
                    return "event: \(hasEnded ? "end" : "change")\ndata: \n\n"
                }
                if ContinuousClock.now - lastSent > EventStream.heartbeat {
                    lastSent = .now
                    return ": still here\n\n"
                }
                try await Task.sleep(for: stream.interval)
            }
            return nil
        }
    }
}

extension PageRouter {
    /// A stream of events that says when `look` finds something else.
    func events<State: Equatable & Sendable>(
        _ path: RouterPath,
        every interval: Duration = .seconds(1),
        until isFinal: @escaping @Sendable (State) -> Bool = { _ in false },
        _ look: @escaping @Sendable (PageRequest) async throws -> State
    ) {
        data(path) { request in
            EventStream(interval: interval, look: { try await look(request) }, isFinal: isFinal).response()
        }
    }
}
