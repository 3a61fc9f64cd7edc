import TestSupport
import Testing

@testable import MetricsEndpoint

@Suite("The endpoint for metrics", .timeLimit(.minutes(5)))
struct MetricsServerTests {
    /// Runs a server while `body` asks it.
    private func serve(
        page: @escaping @Sendable () async -> String = { "a 1\n" },
        _ body: @escaping @Sendable (UInt16) async throws -> Void
    ) async throws {
        let server = try MetricsServer(host: "127.0.0.1", port: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run(contentType: "text/plain; version=0.0.4", page: page) }
            try await body(server.port)
            group.cancelAll()
        }
    }

    @Test("The page comes with its type and length, and the connection ends")
    func page() async throws {
        try await serve { port in
            let answer = try await RawClient.exchange(port: port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(
                answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: 4\r\n")
            )
            #expect(answer.hasSuffix("\r\nConnection: close\r\n\r\na 1\n"))
        }
    }

    @Test("HEAD gets the head alone")
    func head() async throws {
        try await serve { port in
            let answer = try await RawClient.exchange(port: port, "HEAD /metrics HTTP/1.1\r\n\r\n")
            #expect(answer.contains("Content-Length: 4\r\n") && answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        "Anything else is answered with an error, and the next client with the page",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", "404"), ("GET /../etc/passwd HTTP/1.1\r\n\r\n", "404"),
            ("POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "405"),
            ("DELETE /metrics HTTP/1.1\r\n\r\n", "405"),
            ("\u{16}\u{3}\u{1}\u{2}\n\n", "400"), ("\n", "400"),
        ]
    )
    func errors(request: String, status: String) async throws {
        try await serve { port in
            let refusal = try await RawClient.exchange(port: port, request)
            #expect(refusal.hasPrefix("HTTP/1.1 \(status) "))
            let page = try await RawClient.exchange(port: port, "GET /metrics HTTP/1.1\r\n\r\n")
            #expect(page.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("A request without an end is refused when it has become too long")
    func endless() async throws {
        try await serve { port in
            let client = try RawClient(port: port)
            client.send("GET /metrics HTTP/1.1\r\n")
            for _ in 0..<20 { client.send([UInt8](repeating: UInt8(ascii: "x"), count: 1000)) }
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test("Clients that say nothing, or hang up, keep nobody else waiting")
    func silent() async throws {
        try await serve { port in
            let silent = try RawClient(port: port)
            for _ in 0..<8 { _ = try RawClient(port: port) }
            let page = try await RawClient.exchange(port: port, "GET /metrics HTTP/1.1\r\n\r\n")
            #expect(page.hasPrefix("HTTP/1.1 200 "))
            let timeout = await silent.receive()
            #expect(timeout.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("Scrapes at the same time are answered side by side")
    func concurrent() async throws {
        let together = Barrier(count: 8)
        // No page is ready before all have been asked for.
        try await serve(page: {
            await together.arrive()
            return "a 1\n"
        }) { port in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                let clients = (0..<8).map { _ in Result { try RawClient(port: port) } }
                for client in clients {
                    let client = try client.get()
                    client.send("GET /metrics HTTP/1.1\r\n\r\n")
                    group.addTask { await client.receive() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 8 && answers.allSatisfy { $0.hasSuffix("\r\n\r\na 1\n") })
        }
    }

    @Test("A port that is taken is refused with what to do")
    func taken() async throws {
        let first = try MetricsServer(host: "127.0.0.1", port: 0)
        let error = #expect(throws: EndpointError.self) {
            _ = try MetricsServer(host: "127.0.0.1", port: first.port)
        }
        let description = try #require(error).description
        #expect(description.contains("choose another port"))
        #expect(throws: EndpointError.self) { _ = try MetricsServer(host: "no such host", port: 0) }
    }
}

/// Lets its tasks go on when so many have come.
private actor Barrier {
    private let count: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { self.count = count }

    func arrive() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard waiting.count == count else { return }
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
    }
}
