internal import Dispatch
internal import Synchronization

/// Offers one page, `/metrics`, over HTTP/1.1: for a scraper, in programs that otherwise serve nobody.
///
/// Each client gets one answer. Requests are bounded in size and time, clients in number; what is not HTTP gets an error
/// and nothing else happens. No TLS, no authentication: it belongs on loopback or a network of trust.
public final class MetricsServer: Sendable {
    /// Clients at a time; more are turned away.
    static let clientLimit = 16
    /// How long a client may take to ask.
    static let patience = 5000

    private let socket: ListeningSocket
    private let clients = Mutex(0)
    private let acceptQueue = DispatchQueue(label: "coppice.metrics.accept")

    /// Listens at once; clients are answered while `run` does.
    ///
    /// - Parameter port: 0 for any free one.
    /// - Throws: `EndpointError` if the address cannot be listened on.
    public init(host: String, port: UInt16) throws(EndpointError) {
        socket = try ListeningSocket(host: host, port: port)
    }

    /// The port it listens on.
    public var port: UInt16 { socket.port }

    /// A client, and what it asked for.
    private struct Request: Sendable {
        let client: ClientConnection
        let head: RequestHead
    }

    /// Answers clients until the task is cancelled.
    ///
    /// - Parameter page: the text of the page, for each request.
    public func run(contentType: String, page: @escaping @Sendable () async -> String) async {
        // Dispatch sources are safe to use from any thread; only their Swift type does not say so.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(
            fileDescriptor: socket.descriptor,
            queue: acceptQueue
        )
        let (requests, asked) = AsyncStream.makeStream(of: Request.self)
        source.setEventHandler { [self] in
            while let descriptor = socket.accept() { read(ClientConnection(descriptor), into: asked) }
        }
        source.activate()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await request in requests {
                    group.addTask {
                        await self.serve(request) {
                            HTTPAnswer(status: 200, contentType: contentType, body: await page())
                        }
                    }
                }
            }
        } onCancel: {
            source.cancel()
            asked.finish()
        }
    }

    private func read(_ client: ClientConnection, into requests: AsyncStream<Request>.Continuation) {
        let isWelcome = clients.withLock { count in
            guard count < Self.clientLimit else { return false }
            count += 1
            return true
        }
        guard isWelcome else { return }
        client.queue.async {
            requests.yield(Request(client: client, head: client.readHead(within: Self.patience)))
        }
    }

    private func serve(_ request: Request, page: () async -> HTTPAnswer) async {
        let (answer, isHead) = await answer(to: request.head, page: page)
        request.client.queue.async { [self] in
            request.client.send(answer.bytes(isHead: isHead))
            clients.withLock { $0 -= 1 }
        }
    }

    private func answer(to head: RequestHead, page: () async -> HTTPAnswer) async -> (HTTPAnswer, isHead: Bool) {
        switch head {
        case .incomplete: (.text(408, "The request did not end."), false)
        case .refused(let status): (.text(status, "Give a request such as GET /metrics."), false)
        case .request(let method, let path):
            switch (method, path) {
            case ("GET", "/metrics"), ("HEAD", "/metrics"):
                (await page(), method == "HEAD")
            case ("GET", _), ("HEAD", _): (.text(404, "There is only /metrics."), method == "HEAD")
            default: (.text(405, "Only GET and HEAD are answered."), false)
            }
        }
    }
}
