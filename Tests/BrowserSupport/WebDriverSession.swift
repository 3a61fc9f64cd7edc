internal import Foundation

/// One session of the W3C WebDriver protocol: a browser with one window.
struct WebDriverSession: Sendable {
    private let connection: DriverConnection
    private let path: String

    /// Starts Chromium without a window, with a profile of its own in `directory`.
    init(_ connection: DriverConnection, profile directory: String) async throws {
        self.connection = connection
        let wanted = Wanted(
            options: Wanted.Options(
                args: [
                    "headless=new", "user-data-dir=\(directory)/profile", "disable-gpu", "disable-dev-shm-usage",
                    // Chromium's own sandbox does not work for root, and in most containers.
                    "no-sandbox",
                    // No name but this machine's exists: what a page asks elsewhere fails at once instead of leaving.
                    "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
                    "disable-background-networking", "disable-component-update", "disable-sync", "no-first-run",
                    "disable-search-engine-choice-screen", "force-color-profile=srgb", "lang=en-US",
                ],
                binary: ChromeDriver.program("chromium")
            )
        )
        let started: Started = try await Self.ask(
            connection,
            "POST",
            "/session",
            ["capabilities": ["alwaysMatch": wanted]]
        )
        path = "/session/\(started.sessionId)"
        let _: Nothing? = try await ask("POST", "/timeouts", ["pageLoad": 60_000, "script": 60_000, "implicit": 0])
    }

    func ask<Answer: Decodable>(_ method: String, _ command: String, _ body: (any Encodable)? = nil) async throws
        -> Answer
    {
        try await Self.ask(connection, method, path + command, body)
    }

    func tell(_ command: String, _ body: any Encodable) async throws {
        let _: Nothing? = try await ask("POST", command, body)
    }

    /// Ends the browser.
    func end() async throws {
        let _: Nothing? = try await ask("DELETE", "")
    }

    /// Any answer that says nothing of interest.
    struct Nothing: Decodable {
        init(from decoder: any Decoder) {}
    }

    private static func ask<Answer: Decodable>(
        _ connection: DriverConnection,
        _ method: String,
        _ path: String,
        _ body: (any Encodable)?
    ) async throws -> Answer {
        let sent = try body.map { try JSONEncoder().encode($0) } ?? Data(method == "POST" ? "{}".utf8 : "".utf8)
        let received = try await connection.exchange(method, path, sent)
        if let failure = try? JSONDecoder().decode(Value<Failure>.self, from: received).value {
            // The first line is the reason; what follows tells of browsers and addresses in memory.
            let reason = failure.message.split(separator: "\n").first.map(String.init) ?? ""
            // What chromedriver says when the page is replaced while it looks at an element of it.
            let isStale = reason.contains("does not belong to the document")
            throw BrowserError(
                isStale ? .staleElement : BrowserError.Code(failure.error),
                "\(reason) (\(method) \(path))"
            )
        }
        return try JSONDecoder().decode(Value<Answer>.self, from: received).value
    }

    private struct Value<Content: Decodable>: Decodable { let value: Content }
    private struct Failure: Decodable { let error, message, stacktrace: String }
    private struct Started: Decodable { let sessionId: String }

    private struct Wanted: Encodable {
        struct Options: Encodable {
            let args: [String]
            let binary: String?
        }

        let browserName = "chrome"
        let options: Options
        let logs = ["browser": "ALL", "performance": "ALL"]

        enum CodingKeys: String, CodingKey {
            case browserName
            case options = "goog:chromeOptions"
            case logs = "goog:loggingPrefs"
        }
    }
}
