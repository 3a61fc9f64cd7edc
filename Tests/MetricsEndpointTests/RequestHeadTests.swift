import Testing

@testable import MetricsEndpoint

@Suite("The head of a request")
struct RequestHeadTests {
    private func head(_ text: String) -> RequestHead { RequestHead(Array(text.utf8)) }

    @Test("Method and path, without the query, whatever else it says")
    func reads() {
        #expect(head("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == .request(method: "GET", path: "/metrics"))
        #expect(head("GET /metrics?x=1 HTTP/1.0\n\n") == .request(method: "GET", path: "/metrics"))
        #expect(head("POST / HTTP/1.1\r\n\r\nbody") == .request(method: "POST", path: "/"))
    }

    @Test("One that has not ended is incomplete, byte by byte")
    func incomplete() {
        let bytes = Array("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        for count in 0..<bytes.count { #expect(RequestHead(Array(bytes[..<count])) == .incomplete) }
    }

    @Test(
        "What is not HTTP/1 is refused",
        arguments: [
            "\r\n\r\n", "hello\r\n\r\n", "GET /metrics\r\n\r\n", "GET  /metrics HTTP/1.1\r\n\r\n",
            "get / HTTP/1.1\r\n\r\n",
            "GET metrics HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.11\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
            "GET /\u{7} HTTP/1.1\r\n\r\n", "GET /ü HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\n\n",
        ]
    )
    func refuses(text: String) {
        #expect(head(text) == .refused(status: 400))
    }

    @Test("One that is too long is refused, whether it ends or not")
    func tooLong() {
        let long = "GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: RequestHead.limit)
        #expect(head(long) == .refused(status: 431))
        #expect(head(long + "\r\n\r\n") == .refused(status: 431))
    }

    @Test("Any bytes are read without harm")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<2000 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if case .request = RequestHead(bytes) { Issue.record("\(bytes) is no request") }
        }
    }
}
