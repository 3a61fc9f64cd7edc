/// What went wrong between a test and its browser.
public struct BrowserError: Error, Sendable, CustomStringConvertible {
    /// The WebDriver standard's names of errors, and our own; chromedriver may send others.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }

        public static let noSuchElement = Code("no such element")
        public static let staleElement = Code("stale element reference")
        public static let notInteractable = Code("element not interactable")
        public static let clickIntercepted = Code("element click intercepted")
        public static let javaScript = Code("javascript error")
        /// What was waited for did not happen within its limit.
        public static let timedOut = Code("timeout")
        /// There is no chromedriver, or it did not start.
        public static let notStarted = Code("not started")
        /// chromedriver ended or did not answer.
        public static let connectionLost = Code("connection lost")
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }

    /// The page is about to change: a moment later the same question may have an answer.
    var isPassing: Bool {
        [.noSuchElement, .staleElement, .notInteractable, .clickIntercepted].contains(code)
    }
}
