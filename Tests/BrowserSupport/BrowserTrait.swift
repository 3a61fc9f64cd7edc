public import Testing

/// Gives each test a fresh browser.
public struct BrowserTrait: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        // Once per case: a suite has no browser of its own.
        test.isSuite || testCase == nil ? nil : self
    }

    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await BrowserGate.shared.enter()
        defer { BrowserGate.shared.leave() }
        try await Browser.with { browser in
            try await Browser.$current.withValue(browser) { try await function() }
        }
    }
}

extension Trait where Self == BrowserTrait {
    /// A fresh browser for each test, which `testBrowser()` gives. It ends with the test, however that ends.
    ///
    /// Suites that shall be skipped where there is no browser add `.enabled(if: Browser.isInstalled)`.
    ///
    ///     @Suite(.database, .browser, .enabled(if: Browser.isInstalled), .timeLimit(.minutes(10)))
    ///     struct PageTests {
    ///         @Test("A run shows its metrics")
    ///         func metrics() async throws {
    ///             let browser = try testBrowser()
    ///             try await browser.open("\(server.url)/runs/\(run)")
    ///             try await browser.find("#filter").type("rmse" + BrowserKey.enter)
    ///             try await browser.waitForText("rmse 54.1")
    ///             #expect(try await browser.find("h1").text == "my run")
    ///             #expect(try await browser.problems().isEmpty)
    ///             #expect(try await browser.requests().allSatisfy { $0.isTo(server.url) })
    ///         }
    ///     }
    public static var browser: Self { BrowserTrait() }
}

/// The browser of the test that asks; its suite or the test itself has the trait `.browser`.
public func testBrowser() throws -> Browser {
    guard let browser = Browser.current else { throw MissingBrowserTrait() }
    return browser
}

struct MissingBrowserTrait: Error, CustomStringConvertible {
    var description: String { "testBrowser() needs the trait .browser on the test or its suite" }
}
