import Access
import Artifacts
import Foundation
import JobSubmission
import Logging
import Postgres
import TestSupport
import Testing
import WebServer

/// The real server on the database of the test, asked over TCP.
struct PageServer: Sendable {
    let pool: PostgresPool
    let port: Int
    let artifacts: ArtifactStore
    let submissions: SubmissionService

    /// Runs a server while `body` uses it.
    /// - Parameter tokens: The text of a token file; nil lets everybody do everything.
    static func with<Result: Sendable>(
        tokens: String? = nil,
        _ body: @Sendable (PageServer) async throws -> Result
    ) async throws -> Result {
        let pool = try testDatabase().pool(size: 6)
        let artifacts = ArtifactStore(pool: pool)
        let submissions = try SubmissionService(
            pool: pool,
            artifacts: artifacts,
            submitter: Submitter(user: "tester", program: "test")
        )
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = WebService(
            WebService.Configuration(port: 0),
            pool: pool,
            artifacts: artifacts,
            submissions: submissions,
            authenticator: try tokens.map {
                Authenticator(file: try TokenFile($0), store: AccessTokenStore(pool: pool))
            },
            logger: logger,
            onListening: { port.yield($0) }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            var numbers = ports.makeAsyncIterator()
            let number = try #require(await numbers.next())
            let server = PageServer(pool: pool, port: number, artifacts: artifacts, submissions: submissions)
            let result = try await body(server)
            await pool.close()
            return result
        }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: String

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

        func cookie(_ name: String) -> String? {
            headers.filter { $0.name.lowercased() == "set-cookie" }
                .compactMap { $0.value.split(separator: ";").first }
                .first { $0.hasPrefix(name + "=") }
                .map { String($0.dropFirst(name.count + 1)) }
        }

        /// The token of the first form on the page.
        var formToken: String? { body.firstMatch(of: /name="form_token" value="([0-9a-f]+)"/).map { String($0.1) } }
    }

    func ask(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        let answer = try await RawClient.exchange(port: UInt16(port), text + "\r\n" + (body ?? ""))
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = (parts.first ?? "").split(separator: "\r\n")
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }, "\(answer)")
        return Answer(
            status: status,
            headers: lines.dropFirst().compactMap { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return pair.count == 2 ? (String(pair[0]), pair[1].trimmingCharacters(in: .whitespaces)) : nil
            },
            body: parts.count == 2 ? String(parts[1]) : ""
        )
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await ask("GET", path, headers: headers)
    }

    /// Sends a form as a browser does: with the cookie and the token of the page that it stands on.
    func submit(
        _ fields: KeyValuePairs<String, String>,
        to path: String,
        from page: String,
        headers given: [String: String] = [:]
    ) async throws -> Answer {
        let form = try await get(page, headers: given)
        let token = try #require(form.formToken, "\(page) has no form: \(form.body)")
        var headers = given
        let visitor = form.cookie("coppice_visitor").map { ["coppice_visitor=\($0)"] } ?? []
        headers["Cookie"] = ((given["Cookie"].map { [$0] } ?? []) + visitor).joined(separator: "; ")
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return try await ask("POST", path, headers: headers, body: Self.encoded(fields, token: token))
    }

    static func encoded(_ fields: KeyValuePairs<String, String>, token: String?) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        func encode(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
        let pairs = fields.map { "\(encode($0.key))=\(encode($0.value))" }
        return (pairs + (token.map { ["form_token=\($0)"] } ?? [])).joined(separator: "&")
    }
}
