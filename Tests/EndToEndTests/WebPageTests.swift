import BrowserSupport
import Foundation
import Postgres
import TestSupport
import Testing

/// The web page in a real browser, over the real programs.
///
/// `COPPICE_SCREENSHOTS` names a folder for a picture of every page at every width, to be looked at.
@Suite(
    "The web page in a browser",
    .database,
    .browser,
    .enabled(if: Browser.isInstalled, "chromium and chromium-driver are not installed"),
    .timeLimit(.minutes(10))
)
struct WebPageTests {
    @Test("A newcomer trains a forest from a form, watches it to its end, makes it champion, and tries it")
    func newcomer() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.open(server.url)
        try await browser.waitForText("Nothing has run yet")
        try await browser.find(text: "Jobs", in: "a").click()
        try await browser.find(text: "Train", in: "a").click()
        try await browser.find("#field-n_estimators").type("20")
        try await browser.find("#field-register").type("forest")
        let name = try await browser.find("#field-run_name")
        try await name.type("<b>first</b>")
        try await browser.find(text: "Queue training", in: "button").click()
        try await browser.waitForText("It was queued.")
        #expect(try await browser.find("#state").text == "queued")

        // Nobody reloads: the page follows the job by itself.
        let worker = try store.worker.start(["--max-jobs", "1"])
        try await browser.wait("the job succeeded") { try await browser.find("#state").text == "succeeded" }
        try await browser.find("#facts a[href^='/runs/']").click()
        try await browser.waitForText("rmse")
        #expect(try await browser.find("h1").text == "<b>first</b>")
        try await browser.find(text: "forest version 1", in: "a").click()
        try await browser.find(text: "Make champion…", in: "summary").click()
        try await browser.find(text: "Make champion", in: "button").click()
        try await browser.waitForText("The alias points at this version now.")
        #expect(
            try await store.value(
                Int.self,
                "select version from coppice.registered_model_aliases where alias = 'champion'"
            )
                == 1
        )
        try await browser.find(text: "Predict", in: "button").click()
        try await browser.waitForText("Prediction:")
        let problems = try await browser.problems()
        #expect(problems.isEmpty, "\(problems)")
        #expect(try await browser.requests().allSatisfy { $0.isTo(server.url) })
        _ = try await worker.outcome()
    }

    @Test("Every page is well made for eyes, ears and fingers, at three widths, light and dark")
    func everyPage() async throws {
        let store = try Store()
        let hostile = "<img src=x onerror=alert(1)> \"quoted\""
        _ = try await store.submit.run(
            "train",
            "--data",
            "iris",
            "--n-estimators",
            "5,10",
            "--max-depth",
            "2,none",
            "--experiment",
            hostile,
            "--register",
            "flowers",
            "--oob-score"
        )
        _ = try await store.worker.run("--drain")
        try await addHistory(store)
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        let runs = try await store.value(
            String.self,
            "select string_agg('run=' || run_id, '&' order by run_no) from coppice.runs where parent_run_no is not null"
        )
        let run = try await store.value(
            String.self,
            "select run_id from coppice.runs where parent_run_no is not null order by run_no limit 1"
        )
        let experiment = try await store.value(Int.self, "select max(experiment_id)::integer from coppice.experiments")
        let pages = [
            ("home", "/"), ("experiments", "/experiments"), ("experiment", "/experiments/\(experiment)"),
            ("run", "/runs/\(run)"), ("artifact", "/runs/\(run)/artifacts?path=metrics.json"),
            ("compare", "/compare?\(runs)"),
            ("jobs", "/jobs"), ("job", "/jobs/1"), ("failed", "/jobs/6"), ("train", "/submit/train"),
            ("predict", "/submit/predict"),
            ("models", "/models"), ("model", "/models/flowers"), ("version", "/models/flowers/1"),
            ("workers", "/workers"),
            ("schedules", "/schedules"), ("sql", "/sql"), ("about", "/about"), ("missing", "/no-such-page"),
        ]
        for scheme in ["light", "dark"] {
            try await browser.setColorScheme(scheme)
            for (name, path) in pages {
                for width in [360, 768, 1280] {
                    try await browser.setViewport(width: width, height: 900)
                    try await browser.open(server.url + path)
                    let findings: [String] = try await browser.evaluate(Self.audit)
                    #expect(findings.isEmpty, "\(name) at \(width), \(scheme): \(findings)")
                    if let folder = ProcessInfo.processInfo.environment["COPPICE_SCREENSHOTS"] {
                        try await browser.saveScreenshot(to: "\(folder)/\(name)-\(width)-\(scheme).png")
                    }
                    let hidden: [String] = try await browser.evaluate(Self.openedAudit)
                    #expect(hidden.isEmpty, "\(name) at \(width), \(scheme), opened: \(hidden)")
                }
            }
        }
        let problems = try await browser.problems().filter { !$0.message.contains("no-such-page") }
        #expect(problems.isEmpty, "\(problems)")
        #expect(try await browser.requests().allSatisfy { $0.isTo(server.url) })
    }

    /// A job that failed, one that is queued in a queue that is paused, a schedule, and what people say about a model.
    private func addHistory(_ store: Store) async throws {
        _ = try await store.submit.run("train", "--data", "iris", "--run-name", "broken", "--max-attempts", "1")
        try await store.execute("update coppice.jobs set spec = '{}'")
        _ = try await store.worker.run("--drain")
        _ = try await store.submit.run("train", "--data", "diabetes", "--queue", "later", "--priority", "5")
        for arguments in [
            ["queues", "pause", "later"],
            [
                "schedules", "add", "nightly", "--cron", "0 3 * * *", "--", "train", "--data", "diabetes",
                "--max-depth", "5",
            ],
            ["models", "alias", "models:/flowers/1", "champion"], ["models", "alias", "models:/flowers/2", "champion"],
            ["models", "alias", "models:/flowers/3", "challenger"], ["models", "tag", "flowers", "owner=botany"],
        ] {
            let done = try await store.coppice.run(arguments)
            try #require(done.status == 0, "\(arguments): \(done.errors)")
        }
        try await store.execute("update coppice.registered_models set description = 'Tells irises apart.'")
    }

    @Test("The pages can be read without JavaScript")
    func withoutScript() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.setJavaScript(isEnabled: false)
        try await browser.open(server.url + "/experiments")
        #expect(try await browser.find("h1").text == "Experiments")
        try await browser.find(text: "Default", in: "a").click()
        #expect(try await browser.find("h1").text == "Default")
    }

    /// What opens does so within the screen, and within the table that it stands in.
    private static let openedAudit = """
        const found = []
        for (const details of document.querySelectorAll("details")) {
            details.open = true
            const content = details.lastElementChild
            const table = details.closest(".table")
            const box = content.getBoundingClientRect()
            if (!table && (box.left < 0 || box.right > document.documentElement.clientWidth))
                found.push(`${details.outerHTML.slice(0, 160)} opens from ${box.left} to ${box.right}`)
            if (table && box.bottom > table.getBoundingClientRect().bottom + 1)
                found.push(`${details.outerHTML.slice(0, 160)} is cut off by its table`)
            if (details.matches(".confirm")) details.open = false
        }
        if (document.documentElement.scrollWidth > innerWidth)
            found.push(`the page is ${document.documentElement.scrollWidth} wide then`)
        return found
        """

    /// What a checker of accessibility looks at: names, labels, landmarks, headings in order, ids, contrast of text, and
    /// that nothing is wider than the screen.
    private static let audit = """
        const found = []
        const visible = element => element.checkVisibility?.() ?? true
        const ids = [...document.querySelectorAll("[id]")].map(element => element.id)
        for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) found.push(`the id ${id} is there twice`)
        for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
            if (!field.labels?.length && !field.getAttribute("aria-label")) found.push(`${field.outerHTML} has no label`)
        for (const image of document.querySelectorAll("img")) if (!image.alt) found.push(`${image.src} has no text`)
        for (const link of document.querySelectorAll("a[href], button, summary"))
            if (!(link.textContent.trim() || link.getAttribute("aria-label") || link.querySelector("img[alt]")))
                found.push(`${link.outerHTML} has no name`)
        for (const name of ["main", "header", "footer", "nav", "h1"])
            if (!document.querySelector(name)) found.push(`there is no ${name}`)
        if (document.querySelectorAll("h1").length !== 1) found.push("there is not one h1")
        if (!document.documentElement.lang) found.push("the page has no language")
        let level = 0
        for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
            const next = Number(heading.tagName[1])
            if (next > level + 1) found.push(`${heading.outerHTML} comes after level ${level}`)
            level = next
        }
        for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby], [aria-controls]"))
            for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"])
                for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean))
                    if (!document.getElementById(id)) found.push(`${name} names ${id}, which is not there`)
        if (document.documentElement.scrollWidth > innerWidth) found.push(
            `the page is ${document.documentElement.scrollWidth} wide on a screen of ${innerWidth}: `
                + [...document.querySelectorAll("main *")].filter(e => visible(e) && e.getBoundingClientRect().right > innerWidth
                    && !e.closest(".table, .snippet, pre, .parallel, svg")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)))
        const parse = text => (text.match(/[\\d.]+/g) ?? []).map(Number)
        const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, index) => sum + v * [.2126, .7152, .0722][index], 0)
        const ground = element => {
            for (let e = element; e; e = e.parentElement) {
                const color = parse(getComputedStyle(e).backgroundColor)
                if (color.length === 3 || color[3] === 1) return color
            }
            return [255, 255, 255]
        }
        const seen = new Set()
        for (const element of document.querySelectorAll("body *")) {
            if (element.closest("svg") || !visible(element)) continue
            if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue
            const [front, back] = [parse(getComputedStyle(element).color), ground(element)]
            const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a)
            const ratio = (light + .05) / (dark + .05)
            const key = front + "/" + back
            if (ratio < 4.5 && !seen.has(key)) {
                seen.add(key)
                found.push(`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`)
            }
        }
        return found
        """
}
