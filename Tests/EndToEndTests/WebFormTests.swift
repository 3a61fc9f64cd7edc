import BrowserSupport
import Foundation
import Postgres
import TestSupport
import Testing

/// What people change and try on the web page, in a real browser, over the real programs.
@Suite(
    "Forms of the web page in a browser",
    .database,
    .browser,
    .enabled(if: Browser.isInstalled, "chromium and chromium-driver are not installed"),
    .timeLimit(.minutes(10))
)
struct WebFormTests {
    private func train(_ store: Store, _ options: String...) async throws {
        let submitted = try await store.submit.run(
            ["train", "--data", "diabetes", "--n-estimators", "3", "--register", "forest"] + options
        )
        try #require(submitted.status == 0, "\(submitted.errors)")
    }

    private func alias(_ store: Store) async throws -> String {
        try await store.value(
            String.self,
            "select coalesce(string_agg(alias || ' ' || version, ', ' order by alias), '') from coppice.registered_model_aliases"
        )
    }

    @Test("An alias is pointed and moved only by who says so twice, and removed after a question")
    func aliases() async throws {
        let store = try Store()
        for _ in 0..<2 { try await train(store) }
        _ = try await store.worker.run("--drain")
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.open(server.url + "/models/forest")

        // The browser does not send the form as long as the box is not ticked.
        try await browser.find(text: "Point alias", in: "button").click()
        #expect(try await browser.findAll("input[type=checkbox]:invalid").count == 1)
        #expect(try await alias(store) == "")
        try await browser.find("#version option[value='1'], #version option:last-child").click()
        try await browser.find("section input[type=checkbox]").click()
        try await browser.find(text: "Point alias", in: "button").click()
        try await browser.waitForText("The alias points at this version now.")
        #expect(try await browser.find("h1").text == "forest version 1")
        #expect(try await alias(store) == "champion 1")

        try await browser.open(server.url + "/models/forest/2")
        let make = try await browser.find(text: "Make champion…", in: "summary")
        #expect(try await !browser.find(text: "Make champion", in: "button").isDisplayed)
        try await make.click()
        let confirm = try await browser.find(text: "Make champion", in: "button")
        #expect(try await confirm.isDisplayed)
        try await browser.press(BrowserKey.escape)
        #expect(try await !confirm.isDisplayed)
        #expect(try await alias(store) == "champion 1")
        try await make.click()
        try await confirm.click()
        try await browser.waitForText("The alias points at this version now.")
        #expect(try await alias(store) == "champion 2")

        try await browser.open(server.url + "/models/forest")
        try await browser.find(text: "Remove…", in: "summary").click()
        try await browser.find(text: "Remove alias", in: "button").click()
        try await browser.waitForText("The alias was removed.")
        #expect(try await alias(store) == "")
        let moves = try await browser.find("section[aria-labelledby=moves-title] tbody").text
        #expect(moves.split(separator: "\n").count == 3, "\(moves)")
        #expect(moves.contains("removed"))
        let problems = try await browser.problems()
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test("A file from a form becomes a model, which is tried on its example and on other values")
    func fileToTrial() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        // A step: 0 below 50, 100 from there on.
        let rows = (0..<100).map { "\($0),\($0 < 50 ? 0 : 100)" }.joined(separator: "\n")
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-step-\(UUID().uuidString).csv")
        try Data("place,height\n\(rows)\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        try await browser.open(server.url + "/submit/train")
        try await browser.find("#field-data option[value=upload]").click()
        try await browser.find(text: "Queue training", in: "button").click()
        try await browser.waitForText("choose a file")
        try await browser.find("#field-file").type(file.path)
        try await browser.find("#field-n_estimators").type("5")
        try await browser.find("#field-register").type("step")
        try await browser.find(text: "Queue training", in: "button").click()
        try await browser.waitForText("It was queued.")
        _ = try await store.worker.run("--drain")

        try await browser.open(server.url + "/models/step/1")
        let value = try await browser.find("#value-0")
        #expect(try await !value.value.isEmpty)
        for (place, height) in [("3", "0"), ("97.5", "100")] {
            let field = try await browser.find("#value-0")
            try await field.clear()
            try await field.type(place)
            try await browser.find(text: "Predict", in: "button").click()
            try await browser.wait("the prediction for \(place)") {
                try await browser.find("#prediction").text == "Prediction: \(height)"
            }
            #expect(try await browser.find("#value-0").value == place)
        }
        try await browser.find("#value-0").type(" metres")
        try await browser.find(text: "Predict", in: "button").click()
        try await browser.waitForText("place: '97.5 metres' is not a number")
        #expect(try await browser.findAll("#prediction").isEmpty)
        let problems = try await browser.problems().filter { !$0.message.contains("/submit/train") }
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test("A schedule is paused, resumed, and removed after a question")
    func schedule() async throws {
        let store = try Store()
        let added = try await store.coppice.run(
            "schedules",
            "add",
            "nightly",
            "--cron",
            "0 3 * * *",
            "--",
            "train",
            "--data",
            "diabetes"
        )
        try #require(added.status == 0, "\(added.errors)")
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.open(server.url + "/schedules")
        let paused: SQL = "select count(*) from coppice.schedules where paused_at is not null"

        try await browser.find(text: "Pause", in: "button").click()
        #expect(try await browser.find(".badge.paused").text == "paused")
        #expect(try await store.value(Int.self, paused) == 1)
        try await browser.find(text: "Resume", in: "button").click()
        _ = try await browser.find(text: "Pause", in: "button")
        #expect(try await browser.findAll(".badge.paused").isEmpty)
        #expect(try await store.value(Int.self, paused) == 0)
        try await browser.find(text: "Remove…", in: "summary").click()
        #expect(try await store.value(Int.self, "select count(*) from coppice.schedules") == 1)
        try await browser.find(text: "Remove schedule", in: "button").click()
        try await browser.waitForText("The schedule was removed.")
        #expect(try await store.value(Int.self, "select count(*) from coppice.schedules") == 0)
    }

    @Test("The page of a run follows it to its end, and nobody loads it again")
    func followRun() async throws {
        let store = try Store()
        try await train(store)
        _ = try await store.worker.run("--drain")
        try await train(store, "--run-name", "followed")
        // What takes its time comes first: a worker gives up a transaction that has waited for too long.
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.open(server.url + "/")
        // The run is there, and cannot end: the version's number is locked.
        let lock = try await HeldLock(rowsOf: "registered_models", in: store)
        let worker = try store.worker.start(["--max-jobs", "1", "--lease", "10m"])
        try await store.waitUntilBlocked("coppice worker", by: "registered_models")
        let run = try await store.value(String.self, "select run_id from coppice.runs where status = 'RUNNING'")

        try await browser.open(server.url + "/runs/\(run)")
        #expect(try await browser.find("h1").text == "followed")
        #expect(try await browser.find("#status").text == "running")
        #expect(try await browser.find("#facts").text.contains("Progress"))
        #expect(try await browser.find("#metrics").text.contains("Nothing measured yet."))
        try await browser.run("window.isStillThere = true")
        await lock.release()
        try await browser.wait("the run is finished") { try await browser.find("#status").text == "finished" }
        try await browser.wait("its metrics are there") { try await browser.find("#metrics").text.contains("rmse") }
        #expect(try await browser.find("#artifacts").text.contains("model"))
        #expect(try await !browser.find("#facts").text.contains("Progress"))
        #expect(try await browser.evaluate("return window.isStillThere === true"))
        #expect(try await worker.outcome().status == 0)
        let problems = try await browser.problems()
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test("What is said about a version is changed where it is read")
    func description() async throws {
        let store = try Store()
        try await train(store)
        _ = try await store.worker.run("--drain")
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        try await browser.open(server.url + "/models/forest/1")
        try await browser.find(text: "Add a description", in: "summary").click()
        try await browser.find("#description").type("Three trees,\n<b>small</b>")
        try await browser.find(text: "Save description", in: "button").click()
        try await browser.waitForText("It was saved.")
        #expect(try await browser.find(".description").text == "Three trees,\n<b>small</b>")
        try await browser.find("#tag-key").type("stage")
        try await browser.find("#tag-value").type("trial")
        try await browser.find(text: "Set tag", in: "button").click()
        try await browser.wait("the tag is shown") {
            try await browser.find("section[aria-labelledby=tags-title]").text.contains("trial")
        }
        #expect(
            try await store.value(
                String.self,
                """
                select v.description || ' ' || t.key || '=' || t.value
                from coppice.model_versions v join coppice.model_version_tags t using (registered_model_no, version)
                where t.key = 'stage'
                """
            ) == "Three trees,\n<b>small</b> stage=trial"
        )
        let problems = try await browser.problems()
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test("The links that MLflow's client prints lead to the pages that show the same")
    func clientLinks() async throws {
        let store = try Store()
        try await train(store)
        _ = try await store.worker.run("--drain")
        let run = try await store.value(String.self, "select run_id from coppice.runs")
        let server = try await MLflowServer.start(store)
        let browser = try testBrowser()
        for (fragment, page) in [
            ("#/experiments/0", "/experiments/0"), ("#/experiments/0/runs", "/experiments/0"),
            ("#/experiments/0/runs/\(run)", "/runs/\(run)"),
            ("#/experiments/0/runs/\(run)/model-metrics", "/runs/\(run)"),
            ("#/experiments/0/runs/\(run)/artifacts/model/MLmodel", "/runs/\(run)/artifacts?path=model%2FMLmodel"),
            ("#/compare-runs?runs=%5B%22\(run)%22%5D&experiments=%5B%220%22%5D", "/compare?run=\(run)"),
            ("#/models", "/models"), ("#/models/forest", "/models/forest"),
            ("#/models/forest/versions/1", "/models/forest/1"), ("#/nothing/of/ours", "/#/nothing/of/ours"),
            ("#//elsewhere.example", "/#//elsewhere.example"),
        ] {
            try await browser.open("about:blank")
            try await browser.open("\(server.url)/\(fragment)")
            try await browser.wait("\(fragment) leads to \(page)") { try await browser.url == server.url + page }
            #expect(try await browser.findAll("h1").count == 1)
        }
        let problems = try await browser.problems()
        #expect(problems.isEmpty, "\(problems)")
    }
}
