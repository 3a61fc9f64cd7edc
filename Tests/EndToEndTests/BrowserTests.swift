import BrowserSupport
import Foundation
import TestSupport
import Testing

@Suite(
    "The browser of the tests",
    .database,
    .browser,
    .enabled(if: Browser.isInstalled, "chromium and chromium-driver are not installed"),
    .timeLimit(.minutes(10))
)
struct BrowserTests {
    /// A page within the server's site, from which it may ask the server.
    private func openPage(_ server: MLflowServer, _ body: String) async throws -> Browser {
        let browser = try testBrowser()
        try await browser.open("\(server.url)/health")
        try await browser.run("document.open(); document.write(arguments[0]); document.close()", body)
        return browser
    }

    @Test("It types, clicks, waits for what the page gets from the server, and reads")
    func form() async throws {
        let server = try await MLflowServer.start(try Store())
        let browser = try await openPage(
            server,
            """
            <title>Versions</title><form><label>Name <input id=name class=wide></label><button>Ask</button></form>
            <script>document.querySelector("form").onsubmit = event => {
                event.preventDefault()
                fetch("/version").then(answer => answer.text()).then(text => {
                    document.body.insertAdjacentHTML("beforeend", "<p class=answer>")
                    document.querySelector(".answer").textContent = document.querySelector("#name").value + " " + text
                })
            }</script>
            """
        )
        #expect(try await browser.title == "Versions")
        let field = try await browser.find("#name")
        #expect(try await field.attribute("class") == "wide")
        #expect(try await field.accessibleName == "Name")
        try await field.type("MLflow")
        #expect(try await field.value == "MLflow")
        try await browser.find(text: "Ask", in: "button").click()
        #expect(try await browser.find(".answer").text.hasPrefix("MLflow 3."))
        #expect(try await browser.findAll("p").count == 1)
        // A page that names no icon makes the browser ask for one.
        let problems = try await browser.problems().filter { !$0.message.contains("/favicon.ico") }
        #expect(problems.isEmpty, "\(problems)")
        let requests = try await browser.requests()
        #expect(requests.contains { $0.url == "\(server.url)/version" && $0.status == 200 })
        #expect(requests.allSatisfy { $0.isTo(server.url) })
    }

    @Test("Keys go to whatever has the focus")
    func keys() async throws {
        let server = try await MLflowServer.start(try Store())
        let browser = try await openPage(server, "<input id=first autofocus><input id=second>")
        try await browser.find("#first").click()
        try await browser.press(BrowserKey.tab)
        #expect(try await browser.focused.attribute("id") == "second")
        try await browser.press("typed")
        #expect(try await browser.find("#second").value == "typed")
    }

    @Test("It tells what a page complains about, and whom it asks besides the server")
    func problems() async throws {
        let server = try await MLflowServer.start(try Store())
        let browser = try await openPage(
            server,
            """
            <script>console.error("all is lost"); fetch("http://elsewhere.example/x").catch(() => { document.title = "failed" })
            nothing.there()</script>
            """
        )
        try await browser.wait("the request failed") { try await browser.title == "failed" }
        let problems = try await browser.problems()
        for part in ["all is lost", "nothing is not defined"] {
            #expect(problems.contains { $0.level == .error && $0.message.contains(part) }, "\(problems)")
        }
        let foreign = try await browser.requests().filter { !$0.isTo(server.url) }
        #expect(foreign.map(\.url) == ["http://elsewhere.example/x"])
    }

    @Test("The window has the size, the colours and the scripts that a test wants")
    func window() async throws {
        let server = try await MLflowServer.start(try Store())
        let browser = try await openPage(server, "<p>Text</p>")
        try await browser.setViewport(width: 375, height: 667)
        #expect(try await browser.evaluate("return [innerWidth, innerHeight]") == [375, 667])
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches"
        try await browser.setColorScheme("dark")
        #expect(try await browser.evaluate(dark))
        try await browser.setColorScheme("light")
        #expect(try await !browser.evaluate(dark))
        #expect(try await browser.evaluate("return arguments[0].tagName", browser.find("p")) == "P")
        let picture = try await browser.screenshot()
        #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test("What does not come is an error that shows the page")
    func timedOut() async throws {
        let server = try await MLflowServer.start(try Store())
        let browser = try await openPage(server, "<p>Another text</p>")
        let error = await #expect(throws: BrowserError.self) {
            _ = try await browser.find("#nothing", within: .milliseconds(50))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("#nothing") == true && error?.message.contains("Another text") == true)
    }
}
