public import Foundation
internal import Synchronization
internal import TestSupport

/// Chromium without a window, for tests of pages; each test has its own, see the trait `.browser`.
///
/// Nothing here sleeps: what may take a while, as `find` and `BrowserElement.click`, looks until it is so or its limit is
/// reached, and `wait` does the same for any condition.
public final class Browser: Sendable {
    /// Whether the browser and its driver are there.
    public static let isInstalled = ChromeDriver.program("chromedriver") != nil

    /// How long to wait for what a page should do, on a busy machine too.
    public static let patience = Duration.seconds(60)

    /// The browser of the current test; see `BrowserTrait`.
    @TaskLocal static var current: Browser?

    let session: WebDriverSession
    private let driver: ChromeDriver
    private let log = Mutex(BrowserLog())

    private init(in directory: String) async throws {
        driver = try await ChromeDriver(in: directory)
        session = try await WebDriverSession(DriverConnection(port: driver.port), profile: directory)
        // What the browser's own start page did is of no interest.
        try await open("about:blank")
        try await readLogs()
        log.withLock { $0 = BrowserLog() }
    }

    /// Lends a browser to `body`; whatever happens, all its processes and files are gone afterwards.
    static func with<Result>(_ body: (Browser) async throws -> Result) async throws -> Result {
        TemporaryHome.removeAbandoned()
        return try await TemporaryHome.with { home in
            let directory = home + "/browser"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let browser = try await Browser(in: directory)
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await body(browser)) } catch { outcome = .failure(error) }
            try? await browser.session.end()
            return try outcome.get()
        }
    }

    // MARK: Pages

    /// Opens a page and returns when it is loaded.
    public func open(_ url: String) async throws {
        try await session.tell("/url", ["url": url])
    }

    public func reload() async throws { try await session.tell("/refresh", [String: String]()) }

    public func goBack() async throws { try await session.tell("/back", [String: String]()) }

    /// The address of the page, with its fragment.
    public var url: String {
        get async throws { try await session.ask("GET", "/url") }
    }

    public var title: String {
        get async throws { try await session.ask("GET", "/title") }
    }

    /// The text of the page as a reader sees it.
    public var text: String {
        get async throws { try await find("body").text }
    }

    // MARK: Elements

    /// The first element that a CSS selector finds, as soon as there is one.
    public func find(_ selector: String, within limit: Duration = patience) async throws -> BrowserElement {
        try await locate(.css(selector), within: limit)
    }

    /// The first element of the given kind whose own text is exactly this, blanks at its ends apart.
    ///
    /// - Parameter selector: a name of elements, as `button`; nil: any.
    public func find(
        text: String,
        in selector: String? = nil,
        within limit: Duration = patience
    ) async throws -> BrowserElement {
        try await locate(.text(text, selector), within: limit)
    }

    /// All elements that a CSS selector finds now.
    public func findAll(_ selector: String) async throws -> [BrowserElement] {
        try await elements(.css(selector))
    }

    /// The element that has the keyboard.
    public var focused: BrowserElement {
        get async throws { BrowserElement(try await session.ask("GET", "/element/active"), in: self) }
    }

    private func locate(_ locator: Locator, within limit: Duration) async throws -> BrowserElement {
        var found: BrowserElement?
        try await wait("there is \(locator)", within: limit) {
            found = try await elements(locator).first
            return found != nil
        }
        return found!
    }

    private func elements(_ locator: Locator) async throws -> [BrowserElement] {
        let found: [BrowserElement.Reference] = try await session.ask("POST", "/elements", locator)
        return found.map { BrowserElement($0, in: self) }
    }

    // MARK: Waiting

    /// Waits until the condition holds; that the page changes under it just means not yet.
    ///
    /// Throws `BrowserError.timedOut` with `what` and the page's text.
    public func wait(
        _ what: String,
        within limit: Duration = patience,
        until condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while true {
            do {
                if try await condition() { return }
            } catch let error as BrowserError where error.isPassing {}
            guard ContinuousClock.now < end else {
                let page = (try? await evaluate("return document.body.innerText", as: String?.self)) ?? nil
                throw BrowserError(
                    .timedOut,
                    "not within \(limit): \(what). The page \((try? await url) ?? "") says: \(page ?? "nothing"); "
                        + "problems: \((try? await problems()) ?? [])"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until the page shows the text somewhere.
    public func waitForText(_ text: String, within limit: Duration = patience) async throws {
        try await wait("the text '\(text)'", within: limit) { try await self.text.contains(text) }
    }

    // MARK: Scripts

    /// Runs JavaScript as the body of a function and gives what it returns, or what the promise that it returns becomes.
    /// `arguments[0]`, … are the arguments; elements may be among them.
    @discardableResult
    public func evaluate<Value: Decodable & Sendable>(
        _ script: String,
        _ arguments: any Encodable & Sendable...,
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try await session.ask(
            "POST",
            "/execute/sync",
            Script(script: script, args: arguments.map(AnyArgument.init))
        )
    }

    /// Runs JavaScript whose value is of no interest.
    public func run(_ script: String, _ arguments: any Encodable & Sendable...) async throws {
        try await session.tell("/execute/sync", Script(script: script, args: arguments.map(AnyArgument.init)))
    }

    // MARK: The window

    /// The size of the page's part of the window, in CSS pixels.
    public func setViewport(width: Int, height: Int) async throws {
        try await devTools(
            "Emulation.setDeviceMetricsOverride",
            Viewport(width: width, height: height)
        )
    }

    /// Shows pages as to somebody who likes them `dark` or `light`.
    public func setColorScheme(_ scheme: String) async throws {
        try await devTools(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": scheme]]]
        )
    }

    /// Turns the pages' JavaScript off or on, for those loaded from now on.
    public func setJavaScript(isEnabled: Bool) async throws {
        try await devTools("Emulation.setScriptExecutionDisabled", ["value": !isEnabled])
    }

    /// Presses keys for whoever has the focus: text, or the `BrowserKey`s.
    public func press(_ keys: String) async throws {
        try await focused.type(keys)
    }

    /// A picture of what the window shows, as PNG.
    public func screenshot() async throws -> Data {
        let encoded: String = try await session.ask("GET", "/screenshot")
        return Data(base64Encoded: encoded) ?? Data()
    }

    /// Writes the picture to a file.
    public func saveScreenshot(to path: String) async throws {
        try await screenshot().write(to: URL(filePath: path))
    }

    /// Any command of Chromium's DevTools protocol.
    public func devTools(_ command: String, _ parameters: some Encodable & Sendable) async throws {
        try await session.tell("/goog/cdp/execute", DevToolsCommand(cmd: command, params: parameters))
    }

    // MARK: What went on

    /// What pages complained about since the browser started.
    public func problems() async throws -> [BrowserProblem] {
        try await readLogs()
        return log.withLock(\.problems)
    }

    /// The requests over the network that pages sent since the browser started, in order.
    ///
    /// A test that a page needs nobody else: `requests().filter { !$0.isTo(server.url) }` is empty. Names of other
    /// machines do not resolve, so that such a request fails, too.
    public func requests() async throws -> [BrowserRequest] {
        try await readLogs()
        return log.withLock(\.requestsInOrder)
    }

    private func readLogs() async throws {
        let console: [BrowserLog.Entry] = try await session.ask("POST", "/se/log", ["type": "browser"])
        let performance: [BrowserLog.Entry] = try await session.ask("POST", "/se/log", ["type": "performance"])
        try log.withLock { log in
            log.addProblems(console)
            try log.addRequests(performance)
        }
    }
}

private struct Script: Encodable {
    let script: String
    let args: [AnyArgument]
}

private struct AnyArgument: Encodable {
    let value: any Encodable

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

private struct DevToolsCommand<Parameters: Encodable>: Encodable {
    let cmd: String
    let params: Parameters
}

private struct Viewport: Encodable, Sendable {
    let width, height: Int
    let deviceScaleFactor = 1.0
    let mobile = false
}
