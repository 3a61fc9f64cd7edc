/// An element of a page. It stays what it is until the page replaces it; then it is stale, and has to be found anew.
public struct BrowserElement: Sendable, Encodable {
    private let reference: Reference
    private let browser: Browser

    init(_ reference: Reference, in browser: Browser) {
        self.reference = reference
        self.browser = browser
    }

    /// As an argument of a script.
    public func encode(to encoder: any Encoder) throws { try reference.encode(to: encoder) }

    // MARK: What it is

    /// Its text as a reader sees it.
    public var text: String {
        get async throws { try await ask("text") }
    }

    /// Its name in lower case, as `button`.
    public var name: String {
        get async throws { try await ask("name") }
    }

    /// An attribute as it stands in the document; nil if it has none of this name.
    public func attribute(_ name: String) async throws -> String? {
        try await ask("attribute/\(name)")
    }

    /// What a reader typed or chose in a field.
    public var value: String {
        get async throws { try await ask("property/value") }
    }

    /// Whether a reader can see it.
    public var isDisplayed: Bool {
        get async throws { try await ask("displayed") }
    }

    /// Whether it is not disabled.
    public var isEnabled: Bool {
        get async throws { try await ask("enabled") }
    }

    /// A CSS property as it is computed.
    public func style(_ property: String) async throws -> String {
        try await ask("css/\(property)")
    }

    /// What it is to assistive technology, as `button`.
    public var role: String {
        get async throws { try await ask("computedrole") }
    }

    /// How assistive technology calls it.
    public var accessibleName: String {
        get async throws { try await ask("computedlabel") }
    }

    // MARK: What a reader does

    /// Scrolls to it and clicks it, as soon as it can be clicked.
    public func click(within limit: Duration = Browser.patience) async throws {
        try await browser.wait("the element can be clicked", within: limit) {
            do {
                try await browser.session.tell(path("click"), [String: String]())
            } catch let error as BrowserError where error.code == .staleElement {
                // It will never be there again.
                throw BrowserError(.timedOut, "the element is gone: \(error.message)")
            }
            return true
        }
    }

    /// Types text or `BrowserKey`s into it.
    public func type(_ text: String) async throws {
        try await browser.session.tell(path("value"), ["text": text])
    }

    /// Empties a field.
    public func clear() async throws {
        try await browser.session.tell(path("clear"), [String: String]())
    }

    // MARK: What is in it

    /// The first element in it that a CSS selector finds now. Throws `BrowserError.noSuchElement`.
    public func find(_ selector: String) async throws -> BrowserElement {
        let found: Reference = try await browser.session.ask("POST", path("element"), Self.css(selector))
        return BrowserElement(found, in: browser)
    }

    /// All elements in it that a CSS selector finds now.
    public func findAll(_ selector: String) async throws -> [BrowserElement] {
        let found: [Reference] = try await browser.session.ask("POST", path("elements"), Self.css(selector))
        return found.map { BrowserElement($0, in: browser) }
    }

    private static func css(_ selector: String) -> [String: String] { ["using": "css selector", "value": selector] }

    private func path(_ command: String) -> String { "/element/\(reference.id)/\(command)" }

    private func ask<Answer: Decodable>(_ command: String) async throws -> Answer {
        try await browser.session.ask("GET", path(command))
    }

    /// How the protocol writes an element.
    struct Reference: Codable, Sendable {
        let id: String

        enum CodingKeys: String, CodingKey { case id = "element-6066-11e4-a52e-4f735466cecf" }
    }
}
