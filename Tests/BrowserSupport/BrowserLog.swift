internal import Foundation

/// What a page complained about: on its console, by an error that nobody caught, by a resource that did not load, or by
/// something that its content security policy forbids.
public struct BrowserProblem: Sendable, Hashable, CustomStringConvertible {
    public enum Level: Sendable, Hashable { case warning, error }

    public let level: Level
    /// `console-api`, `javascript`, `network`, `security`, …
    public let source: String
    public let message: String

    public var description: String { "\(level) (\(source)): \(message)" }
}

/// A request that a page sent, and what became of it.
public struct BrowserRequest: Sendable, Hashable, CustomStringConvertible {
    public let method: String
    public let url: String
    /// Nil while there is no answer, or if there was none.
    public internal(set) var status: Int?

    public var description: String { "\(method) \(url): \(status.map(String.init) ?? "no answer")" }

    /// Whether it went to the server at `base`, as `http://127.0.0.1:5000`.
    public func isTo(_ base: String) -> Bool { url == base || url.hasPrefix(base + "/") }
}

/// Collects what chromedriver's logs say; each of them tells every entry once.
struct BrowserLog {
    private(set) var problems: [BrowserProblem] = []
    private var requests: [String: BrowserRequest] = [:]
    private var order: [String] = []

    var requestsInOrder: [BrowserRequest] { order.compactMap { requests[$0] } }

    struct Entry: Decodable {
        let level: String
        let message: String
        let source: String?
    }

    mutating func addProblems(_ entries: [Entry]) {
        for entry in entries where entry.level == "SEVERE" || entry.level == "WARNING" {
            problems.append(
                BrowserProblem(
                    level: entry.level == "SEVERE" ? .error : .warning,
                    source: entry.source ?? "other",
                    message: entry.message
                )
            )
        }
    }

    mutating func addRequests(_ entries: [Entry]) throws {
        for entry in entries {
            let event = try JSONDecoder().decode(Event.self, from: Data(entry.message.utf8)).message
            guard let id = event.params.requestId else { continue }
            if let request = event.params.request, event.method == "Network.requestWillBeSent" {
                // Pages of the browser itself, and what needs no network.
                guard request.url.hasPrefix("http") || request.url.hasPrefix("ws") else { continue }
                // A redirect keeps its id.
                let key = requests[id] == nil ? id : "\(id) \(order.count)"
                if key != id, let before = requests[id] {
                    requests[key] = before
                    order[order.firstIndex(of: id)!] = key
                }
                requests[id] = BrowserRequest(method: request.method, url: request.url, status: nil)
                order.append(id)
            } else if event.method == "Network.responseReceived" {
                requests[id]?.status = event.params.response?.status
            }
        }
    }

    private struct Event: Decodable {
        struct Message: Decodable {
            let method: String
            let params: Parameters
        }

        struct Parameters: Decodable {
            struct Request: Decodable { let method, url: String }
            struct Response: Decodable { let status: Int }

            let requestId: String?
            let request: Request?
            let response: Response?

            enum CodingKeys: CodingKey { case requestId, request, response }

            // Other events have members of the same names and other kinds.
            init(from decoder: any Decoder) throws {
                let members = try decoder.container(keyedBy: CodingKeys.self)
                requestId = try? members.decode(String.self, forKey: .requestId)
                request = try? members.decode(Request.self, forKey: .request)
                response = try? members.decode(Response.self, forKey: .response)
            }
        }

        let message: Message
    }
}
