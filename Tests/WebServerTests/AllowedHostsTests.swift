import Testing

@testable import WebServer

@Suite("Names under which the server may be reached")
struct AllowedHostsTests {
    private let hosts = AllowedHosts(["Trainer.example.org"])

    @Test(
        "Addresses, localhost and given names are allowed, with any port",
        arguments: [
            "localhost", "localhost:5000", "LOCALHOST:1", "127.0.0.1:5000", "192.168.1.7", "[::1]:5000", "[fe80::1]",
            "trainer.example.org:80",
        ]
    )
    func allowed(host: String) {
        #expect(hosts.allows(host))
    }

    @Test(
        "Other names are not",
        arguments: [
            "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3", "256.1.1.1", "[::1].x",
        ]
    )
    func refused(host: String) {
        #expect(!hosts.allows(host))
    }

    @Test("An origin is the same site only with the same name and port")
    func origins() {
        #expect(hosts.isSame("http://localhost:5000", as: "localhost:5000"))
        #expect(!hosts.isSame("http://localhost:5001", as: "localhost:5000"))
        #expect(!hosts.isSame("http://evil.example", as: "localhost:5000"))
        #expect(!hosts.isSame("null", as: "localhost:5000"))
    }

    @Test("A token comes as a bearer's, or as the password of basic authentication")
    func secrets() {
        #expect(AccessMiddleware.secret("Bearer abc") == "abc")
        #expect(AccessMiddleware.secret("bearer abc") == "abc")
        #expect(AccessMiddleware.secret("Basic dXNlcjphYmM6ZA==") == "abc:d")
        for header in ["", "abc", "Basic !", "Basic dXNlcg==", "Digest x"] {
            #expect(AccessMiddleware.secret(header) == nil)
        }
    }
}
