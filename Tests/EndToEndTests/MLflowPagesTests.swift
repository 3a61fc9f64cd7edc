import BrowserSupport
import Foundation
import TestSupport
import Testing

@Suite(
    "MLflow's own pages",
    .database,
    .enabled(if: Python.mlflowFolder != nil, "needs COPPICE_TEST_PYTHON, which ./test sets"),
    .timeLimit(.minutes(10))
)
struct MLflowPagesTests {
    /// A store with an experiment, two runs and a registered model, as a client would make them.
    private struct Example {
        let server: MLflowServer
        let experiment: String
        let runs: [String]

        init() async throws {
            server = try await MLflowServer.start(try Store(), "--mlflow-ui", try #require(Python.mlflowFolder))
            let created = try await server.ask(
                "POST",
                "/api/2.0/mlflow/experiments/create",
                json: #"{"name":"diabetes"}"#
            )
            experiment = try #require(created.json["experiment_id"] as? String)
            var runs: [String] = []
            for index in 0..<2 {
                runs.append(try await Self.makeRun(server, experiment, index))
            }
            self.runs = runs
            let name = #"{"name": "rf_regressor"}"#
            _ = try await server.ask("POST", "/api/2.0/mlflow/registered-models/create", json: name)
            let version = #"{"name": "rf_regressor", "source": "runs:/\#(runs[0])/model", "run_id": "\#(runs[0])"}"#
            let registered = try await server.ask("POST", "/api/2.0/mlflow/model-versions/create", json: version)
            try #require(registered.status == 200, "\(registered.text)")
        }

        private static func makeRun(_ server: MLflowServer, _ experiment: String, _ index: Int) async throws -> String {
            let new = """
                {"experiment_id": "\(experiment)", "run_name": "forest-\(index)", "start_time": 1700000000000}
                """
            let created = try await server.ask("POST", "/api/2.0/mlflow/runs/create", json: new)
            let info = (created.json["run"] as? [String: Any])?["info"] as? [String: Any]
            let run = try #require(info?["run_id"] as? String, "\(created.text)")
            let losses = (0..<20).map { step in
                #"{"key": "loss", "value": \#(1.0 / Double(step + 1)), "timestamp": \#(step), "step": \#(step)}"#
            }
            let batch = """
                {"run_id": "\(run)", "params": [{"key": "max_depth", "value": "\(5 + index)"}],
                 "metrics": [{"key": "rmse", "value": \(54.25 + Double(index)), "timestamp": 1, "step": 0},
                             \(losses.joined(separator: ","))]}
                """
            let logged = try await server.ask("POST", "/api/2.0/mlflow/runs/log-batch", json: batch)
            try #require(logged.status == 200, "\(logged.text)")
            let artifacts = "/api/2.0/mlflow-artifacts/artifacts/\(experiment)/\(run)/artifacts"
            for (path, text) in [("notes/hello.txt", "hello artifact"), ("model/MLmodel", "flavors: {}\n")] {
                _ = try await server.ask("PUT", "\(artifacts)/\(path)", json: nil, "--data-binary", text)
            }
            return run
        }

        /// The part of a page's address behind `#`.
        func fragment(_ pattern: String) -> String {
            pattern.replacing("EXPERIMENT", with: experiment).replacing("RUN", with: runs[0])
                .replacing("BOTH", with: "%5B%22\(runs[0])%22,%22\(runs[1])%22%5D")
        }
    }

    /// What the pages ask and this server does not have. MLflow's own server has no users either, unless it is told to.
    private static let missing = ["/users/current", "/mlflow/assistant/"]

    @Test(
        "Every page shows what is in the store, and logs no error",
        .browser,
        .enabled(if: Browser.isInstalled, "chromium and chromium-driver are not installed"),
        arguments: [
            ("experiments", "/experiments", ["diabetes", "Default"]),
            ("table of runs", "/experiments/EXPERIMENT/runs", ["forest-0", "forest-1"]),
            ("charts", "/experiments/EXPERIMENT/runs?compareRunsMode=CHART", ["forest-1", "loss", "rmse"]),
            ("run", "/experiments/EXPERIMENT/runs/RUN", ["forest-0", "max_depth", "54.25"]),
            ("metrics of a run", "/experiments/EXPERIMENT/runs/RUN/model-metrics", ["forest-0", "loss"]),
            ("artifacts", "/experiments/EXPERIMENT/runs/RUN/artifacts/notes/hello.txt", ["hello artifact"]),
            (
                "comparison", "/compare-runs?runs=BOTH&experiments=%5B%22EXPERIMENT%22%5D",
                ["forest-0", "forest-1", "54.25", "55.25"]
            ),
            ("models", "/models", ["rf_regressor", "Version 1"]),
            ("model", "/models/rf_regressor", ["rf_regressor", "Version 1"]),
            ("version", "/models/rf_regressor/versions/1", ["Version 1", "forest-0"]),
        ]
    )
    func page(name: String, pattern: String, texts: [String]) async throws {
        let example = try await Example()
        let browser = try testBrowser()
        try await browser.setViewport(width: 1600, height: 1200)
        try await browser.open("\(example.server.url)/mlflow/#\(example.fragment(pattern))")
        for text in texts { try await browser.waitForText(text) }
        if name == "charts" || name == "metrics of a run" { _ = try await browser.find(".js-plotly-plot .main-svg") }

        let errors = try await browser.problems().filter { problem in
            problem.level == .error && !Self.missing.contains { problem.message.contains($0) }
        }
        #expect(errors.isEmpty, "\(errors)")
        let requests = try await browser.requests()
        #expect(requests.allSatisfy { $0.isTo(example.server.url) }, "\(requests)")
        #expect(
            requests.allSatisfy { request in
                (request.status ?? 200) < 400 || Self.missing.contains { request.url.contains($0) }
            },
            "\(requests)"
        )
    }

    @Test(
        "A link to the root page, as clients print it, leads to the pages",
        .browser,
        .enabled(if: Browser.isInstalled, "chromium and chromium-driver are not installed")
    )
    func root() async throws {
        let example = try await Example()
        let browser = try testBrowser()
        let place = example.fragment("/experiments/EXPERIMENT/runs/RUN")
        try await browser.open("\(example.server.url)/#\(place)")
        try await browser.wait("MLflow's pages are there") {
            try await browser.url.hasPrefix("\(example.server.url)/mlflow/#\(place)")
        }
        try await browser.waitForText("forest-0")
    }

    @Test("The queries of the pages are answered as MLflow answers them")
    func queries() async throws {
        let example = try await Example()
        func ask(_ query: String) async throws -> String {
            let body = String(decoding: try JSONEncoder().encode(["query": query]), as: UTF8.self)
            return try await example.server.ask("POST", "/graphql", json: body).text
        }
        let run = try await ask(
            """
            query { mlflowGetRun(input: {runId: "\(example.runs[0])"}) { __typename apiError { code }
                run { info { runName endTime } data { params { key value } } inputs { modelInputs { modelId } }
                      experiment { name } modelVersions { name version } } } }
            """
        )
        #expect(
            run == """
                {"data":{"mlflowGetRun":{"__typename":"MlflowGetRunResponse","apiError":null,"run":{"info":\
                {"runName":"forest-0","endTime":"0"},"data":{"params":[{"key":"max_depth","value":"5"}]},\
                "inputs":{"modelInputs":[]},"experiment":{"name":"diabetes"},\
                "modelVersions":[{"name":"rf_regressor","version":"1"}]}}},"errors":null}
                """
        )
        let found = try await ask(
            """
            { runs: mlflowSearchRuns(input: {experimentIds: ["\(example.experiment)"], filter: "metrics.rmse > 55"}) {
                runs { info { runName } data { metrics { key value step } } } } }
            """
        )
        #expect(
            found == """
                {"data":{"runs":{"runs":[{"info":{"runName":"forest-1"},"data":{"metrics":[\
                {"key":"loss","value":0.05,"step":"19"},{"key":"rmse","value":55.25,"step":"0"}]}}]}},"errors":null}
                """
        )
        #expect(
            try await ask(#"{ mlflowGetExperiment(input: {experimentId: "77"}) { experiment { name } } }"#)
                == #"{"data":{"mlflowGetExperiment":null},"errors":["No Experiment with id=77 exists"]}"#
        )
        #expect(
            try await ask("{ nothing }")
                == #"{"data":null,"errors":["Cannot query field 'nothing' on type 'Query'."]}"#
        )
    }

    @Test("The pages are a part of the site, whose files are those of the bundle and no others")
    func files() async throws {
        let server = try await MLflowServer.start(try Store(), "--mlflow-ui", try #require(Python.mlflowFolder))
        #expect(try await server.ask("GET", "/mlflow").header("Location") == "/mlflow/")
        let page = try await server.ask("GET", "/mlflow/")
        #expect(page.status == 200 && page.text.contains("<title>MLflow</title>"))
        #expect(page.header("Content-Security-Policy")?.contains("script-src 'self';") == true)
        #expect(page.header("Cache-Control") == "no-cache")
        let script = try #require(page.text.firstMatch(of: /src="(static-files\/static\/js\/[^"]+)"/))
        let sent = try await server.ask("GET", "/mlflow/\(script.1)")
        #expect(sent.status == 200 && sent.header("Content-Type")?.hasPrefix("text/javascript") == true)
        #expect(sent.header("Cache-Control")?.contains("immutable") == true)
        for path in [
            "../__init__.py", "..%2f__init__.py", "%2e%2e/__init__.py", "static/../../../handlers.py", "/etc/passwd",
            "%2fetc%2fpasswd", "nothing.js", "",
        ] {
            let answer = try await server.ask("GET", "/mlflow/static-files/\(path)")
            #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
        }
    }

    @Test("Without a bundle there are no pages, and a folder that has none is an error")
    func missingBundle() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        #expect(try await server.ask("GET", "/mlflow/").status == 404)
        try await store.coppice.run("server", "--mlflow-ui", "/nothing").expectError(
            status: 64,
            "/nothing",
            "index.html"
        )
    }
}
