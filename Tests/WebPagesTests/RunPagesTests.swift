import Artifacts
import Foundation
import Postgres
import TestSupport
import Testing
import Tracking

@Suite("Pages of experiments and runs", .database, .timeLimit(.minutes(10)))
struct RunPagesTests {
    private static let tokens = "read read-token-0123456789\nwrite write-token-0123456789\n"
    private static let hostile = "<script>alert('x')</script>\" onmouseover=\"alert(1)"

    /// Runs of one experiment that differ in a parameter and a metric.
    private func runs(_ count: Int, named name: String = "trees", in server: PageServer) async throws -> (
        Experiment.ID, [Run]
    ) {
        let tracking = TrackingStore(pool: server.pool)
        let experiment = try await tracking.createExperiment(named: name)
        var runs: [Run] = []
        for index in 0..<count {
            let run = try await tracking.createRun(
                NewRun(
                    experiment: experiment,
                    name: "run \(index)",
                    startedAt: Date(timeIntervalSince1970: 1_700_000_000 + Double(index)),
                    params: ["max_depth": "\(index)", "criterion": "gini"]
                )
            )
            try await tracking.log(
                metrics: [Metric(key: "rmse", value: 60 - Double(index), timestamp: Date())],
                run: run.id
            )
            runs.append(run)
        }
        return (experiment, runs)
    }

    @Test("The table shows what differs between runs, newest first, and marks the best value")
    func table() async throws {
        try await PageServer.with { server in
            let (experiment, _) = try await runs(3, in: server)
            let page = try await server.get("/experiments/\(experiment)").body
            let places = ["run 2", "run 1", "run 0"].compactMap { page.firstRange(of: ">\($0)<")?.lowerBound }
            #expect(places.count == 3 && places == places.sorted())
            #expect(page.contains("max_depth</a>") || page.contains(">max_depth<"))
            #expect(!page.contains(">criterion<"))
            #expect(
                page.contains("<span class=\"best\" title=\"best on this page\"><span title=\"58.0\">58</span></span>")
            )
        }
    }

    @Test("What people wrote of a run or an experiment is on its page, as text")
    func notes() async throws {
        try await PageServer.with { server in
            let (experiment, runs) = try await runs(1, in: server)
            let tracking = TrackingStore(pool: server.pool)
            let note = ["mlflow.note.content": "**Why** \(Self.hostile)"]
            try await tracking.setTags(note, experiment: experiment)
            try await tracking.log(tags: note, run: runs[0].id)
            for path in ["/experiments/\(experiment)", "/runs/\(runs[0].id)"] {
                let page = try await server.get(path).body
                #expect(page.contains("<strong>Why</strong> &lt;script&gt;"), "\(path)")
                #expect(!page.contains("<script>alert"), "\(path)")
            }
        }
    }

    @Test("A search shows the runs that fit")
    func search() async throws {
        try await PageServer.with { server in
            let (experiment, _) = try await runs(3, in: server)
            let page = try await server.get("/experiments/\(experiment)?q=params.max_depth%20%3D%20%271%27")
            #expect(page.status == 200)
            #expect(page.body.contains(">run 1<"))
            #expect(!page.body.contains(">run 2<"))
        }
    }

    @Test("A search that cannot be read is said so beside the box, as it was typed")
    func badSearch() async throws {
        try await PageServer.with { server in
            let (experiment, _) = try await runs(1, in: server)
            let page = try await server.get("/experiments/\(experiment)?q=metrics.rmse%20%3C%20%3Cb%3E")
            #expect(page.status == 400)
            #expect(page.body.contains("value=\"metrics.rmse &lt; &lt;b&gt;\""))
            #expect(page.body.contains("id=\"q-problem\" role=\"alert\""))
            #expect(page.body.contains("aria-invalid=\"true\""))
        }
    }

    @Test("Pages follow one another without a gap")
    func pages() async throws {
        try await PageServer.with { server in
            let (experiment, _) = try await runs(5, in: server)
            var path = "/experiments/\(experiment)?limit=2&order=metrics.rmse%20ASC"
            var seen: [String] = []
            while true {
                let page = try await server.get(path).body
                seen += page.matches(of: />(run \d)<\/a>/).map { String($0.1) }
                guard let next = page.firstMatch(of: /href="([^"]+)" rel="next"/) else { break }
                path = String(next.1).replacingOccurrences(of: "&amp;", with: "&")
            }
            #expect(seen == ["run 4", "run 3", "run 2", "run 1", "run 0"])
        }
    }

    @Test("Names that are markup are text everywhere")
    func hostileNames() async throws {
        try await PageServer.with { server in
            let tracking = TrackingStore(pool: server.pool)
            let experiment = try await tracking.createExperiment(named: Self.hostile)
            let run = try await tracking.createRun(
                NewRun(experiment: experiment, name: Self.hostile, startedAt: Date(), params: ["p": Self.hostile])
            )
            try await tracking.log(tags: ["t": Self.hostile], run: run.id)
            try await server.artifacts.put(
                [
                    NewArtifact(
                        path: try ArtifactPath("<img src=x onerror=alert(1)>.csv"),
                        content: .bytes(Array("a,<b>x\n1,2\n".utf8))
                    )
                ],
                of: .run(run.number.rawValue)
            )
            let artifact = "/runs/\(run.id)/artifacts?path=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.csv"
            for path in [
                "/", "/experiments", "/experiments/\(experiment)", "/runs/\(run.id)", "/compare?run=\(run.id)",
                artifact,
            ] {
                let answer = try await server.get(path)
                #expect(answer.status == 200, "\(path)")
                for bad in ["<script>alert", "<img src=x", "\" onmouseover=\"", "<b>x"] {
                    #expect(!answer.body.contains(bad), "\(path) has \(bad)")
                }
            }
        }
    }

    @Test("An SVG that somebody uploaded is never a page")
    func svg() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let image = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"
            try await server.artifacts.put(
                [NewArtifact(path: try ArtifactPath("x.svg"), content: .bytes(Array(image.utf8)))],
                of: .run(runs[0].number.rawValue)
            )
            let page = try await server.get("/runs/\(runs[0].id)/artifacts?path=x.svg").body
            #expect(page.contains("<img src=\"/get-artifact?run_uuid=\(runs[0].id)&amp;path=x.svg\""))
            #expect(!page.contains("alert(1)"))
            let file = try await server.get("/get-artifact?run_uuid=\(runs[0].id)&path=x.svg")
            #expect(file.header("Content-Disposition")?.hasPrefix("attachment") == true)
            #expect(file.header("Content-Security-Policy")?.contains("sandbox") == true)
        }
    }

    @Test("A CSV artifact is a table, and Markdown is text without scripts")
    func previews() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let owner = ArtifactOwner.run(runs[0].number.rawValue)
            try await server.artifacts.put(
                [
                    NewArtifact(path: try ArtifactPath("t.csv"), content: .bytes(Array("a,b\n1,\"x,\"\"y\"\n".utf8))),
                    NewArtifact(
                        path: try ArtifactPath("folder/n.md"),
                        content: .bytes(Array("# Title\n\n**bold** [x](javascript:alert(1)) <script>".utf8))
                    ),
                ],
                of: owner
            )
            let table = try await server.get("/runs/\(runs[0].id)/artifacts?path=t.csv").body
            #expect(table.contains("<td class=\"number\">1</td><td>x,&quot;y</td>"))
            let text = try await server.get("/runs/\(runs[0].id)/artifacts?path=folder/n.md").body
            #expect(text.contains("<h3>Title</h3><p><strong>bold</strong>"))
            #expect(!text.contains("href=\"javascript"))
            #expect(text.contains("&lt;script&gt;"))
        }
    }

    @Test("Artifacts are a tree of folders that open, and a folder by itself shows what is below it")
    func tree() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let page = "/runs/\(runs[0].id)"
            try await server.artifacts.put(
                try ["top.txt", "model/MLmodel", "model/<data>/a.onnx"].map { path in
                    NewArtifact(path: try ArtifactPath(path), content: .bytes(Array("12".utf8)))
                },
                of: .run(runs[0].number.rawValue)
            )
            let all = try await server.get(page).body
            let model = try #require(all.components(separatedBy: "<summary>model/ ").last)
            #expect(
                model.hasPrefix(
                    "<span class=\"muted\">2 files, 4 B</span></summary><ul><li><details><summary>&lt;data&gt;/ "
                )
            )
            let file = "href=\"\(page)/artifacts?path=model/%3Cdata%3E/a.onnx\">a.onnx</a>"
            #expect(model.contains(file))
            #expect(all.contains("aria-label=\"Download model/&lt;data&gt;/a.onnx\""))
            let folder = try await server.get("\(page)/artifacts?path=model").body
            #expect(folder.contains(file))
            #expect(folder.contains("<summary>&lt;data&gt;/ ") && !folder.contains("<summary>model/"))
        }
    }

    @Test("Who may only read sees no buttons, and is refused if they try")
    func readOnly() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let (experiment, runs) = try await runs(1, in: server)
            let read = ["Cookie": "coppice_token=read-token-0123456789"]
            let write = ["Cookie": "coppice_token=write-token-0123456789"]
            for path in ["/runs/\(runs[0].id)", "/experiments/\(experiment)", "/experiments"] {
                let (seen, changed) = (
                    try await server.get(path, headers: read), try await server.get(path, headers: write)
                )
                for word in ["Delete…", "Delete selected", "Set tag", "Rename", "Create</button>"] {
                    #expect(!seen.body.contains(word), "\(path) shows \(word)")
                }
                #expect(
                    changed.body.contains("Delete…") || changed.body.contains("Delete selected")
                        || changed.body.contains("Create</button>"),
                    "\(path)"
                )
            }
            let refused = try await server.submit([:], to: "/runs/\(runs[0].id)/delete", from: "/", headers: read)
            #expect(refused.status == 403)
            #expect(try await TrackingStore(pool: server.pool).run(runs[0].id)?.stage == .active)
        }
    }

    @Test("A run is deleted and restored by forms, and not without their token")
    func deleteAndRestore() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let tracking = TrackingStore(pool: server.pool)
            let page = "/runs/\(runs[0].id)"
            let refused = try await server.ask(
                "POST",
                "\(page)/delete",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: "form_token=0"
            )
            #expect(refused.status == 403)
            #expect(try await tracking.run(runs[0].id)?.stage == .active)
            let deleted = try await server.submit([:], to: "\(page)/delete", from: page)
            #expect(deleted.status == 303)
            #expect(deleted.header("Location") == "\(page)?done=deleted")
            #expect(try await tracking.run(runs[0].id)?.stage == .deleted)
            _ = try await server.submit([:], to: "\(page)/restore", from: page)
            #expect(try await tracking.run(runs[0].id)?.stage == .active)
        }
    }

    @Test("A page on another site cannot change anything, even with a token")
    func otherOrigin() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let page = "/runs/\(runs[0].id)"
            let answer = try await server.submit(
                [:],
                to: "\(page)/delete",
                from: page,
                headers: ["Origin": "https://evil.example"]
            )
            #expect(answer.status == 403)
            #expect(try await TrackingStore(pool: server.pool).run(runs[0].id)?.stage == .active)
        }
    }

    @Test("Tags are set, changed and removed")
    func tags() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let (page, tracking) = ("/runs/\(runs[0].id)", TrackingStore(pool: server.pool))
            _ = try await server.submit(["key": "stage", "value": "final & done"], to: "\(page)/tags", from: page)
            #expect(try await tracking.run(runs[0].id)?.tags["stage"] == "final & done")
            _ = try await server.submit(["key": "stage", "action": "delete"], to: "\(page)/tags", from: page)
            #expect(try await tracking.run(runs[0].id)?.tags["stage"] == nil)
        }
    }

    @Test("Selected runs are compared, deleted and restored together")
    func select() async throws {
        try await PageServer.with { server in
            let (experiment, runs) = try await runs(3, in: server)
            let (page, tracking) = ("/experiments/\(experiment)", TrackingStore(pool: server.pool))
            let chosen = (runs[0].id.rawValue, runs[1].id.rawValue)
            let compared = try await server.submit(
                ["run": chosen.0, "run": chosen.1, "action": "compare"],
                to: "\(page)/select",
                from: page
            )
            #expect(compared.header("Location") == "/compare?run=\(chosen.0)&run=\(chosen.1)")
            _ = try await server.submit(
                ["run": chosen.0, "run": chosen.1, "action": "delete"],
                to: "\(page)/select",
                from: page
            )
            #expect(try await tracking.run(runs[0].id)?.stage == .deleted)
            #expect(try await tracking.run(runs[2].id)?.stage == .active)
        }
    }

    @Test("A comparison marks what differs")
    func compare() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(3, in: server)
            let path = "/compare?" + runs.map { "run=\($0.id)" }.joined(separator: "&")
            let page = try await server.get(path).body
            #expect(page.contains("<tr class=\"differs\"><th scope=\"row\">max_depth"))
            #expect(!page.contains("<tr class=\"differs\"><th scope=\"row\">criterion"))
            #expect(page.contains("aria-label=\"Parallel coordinates of 3 runs\""))
        }
    }

    @Test("All runs that fit can be downloaded; what a spreadsheet would take for a formula is text")
    func download() async throws {
        try await PageServer.with { server in
            let (experiment, runs) = try await runs(2, in: server)
            try await TrackingStore(pool: server.pool).log(params: ["note": "=HYPERLINK(\"x\")"], run: runs[0].id)
            let csv = try await server.get("/experiments/\(experiment)/runs.csv")
            #expect(csv.header("Content-Disposition")?.hasPrefix("attachment") == true)
            #expect(csv.body.contains("run_id,run_name,status,started_at,ended_at,user,metrics.rmse"))
            #expect(csv.body.contains("\"'=HYPERLINK(\"\"x\"\")\""))
            let json = try await server.get("/experiments/\(experiment)/runs.json").body
            let start = try #require(json.firstIndex(of: "{"))
            let end = try #require(json.lastIndex(of: "}"))
            #expect(json[start...end].contains("\"run_name\":\"run 1\""))
        }
    }

    @Test("Metrics over steps are drawn, at most so many points each")
    func curves() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            let tracking = TrackingStore(pool: server.pool)
            try await tracking.log(
                metrics: (0..<900).map {
                    Metric(key: "loss", value: 1 / Double($0 + 1), step: Int64($0), timestamp: Date())
                },
                run: runs[0].id
            )
            let curve = try #require(
                try await tracking.metricCurves(["loss", "rmse"], runs: [runs[0].number], count: 50).first
            )
            #expect(curve.points.count == 50)
            #expect(curve.points.first?.step == 0 && curve.points.last?.step == 899)
            let page = try await server.get("/runs/\(runs[0].id)").body
            #expect(page.contains("aria-label=\"loss: loss over step\""))
        }
    }

    @Test("A run is found by the first digits of its id, which commands print; several are not")
    func shortened() async throws {
        try await PageServer.with { server in
            // One more than there are digits: two begin with the same one.
            let ids = try await runs(17, in: server).1.map(\.id.rawValue)
            let id = try #require(ids.first { id in ids.count { $0.first == id.first } > 1 })
            let digits = try #require((1...32).first { length in ids.count { $0.hasPrefix(id.prefix(length)) } == 1 })
            let answer = try await server.get("/runs/\(id.prefix(digits))")
            #expect(answer.status == 200)
            #expect(answer.body.contains("/runs/\(id)/"))
            let several = try await server.get("/runs/\(id.prefix(1))")
            #expect(several.status == 404)
            #expect(several.body.contains("Several runs have an id that begins with"))
        }
    }

    @Test("A run that does not exist is a page that says so")
    func noRun() async throws {
        try await PageServer.with { server in
            let answer = try await server.get("/runs/00000000000000000000000000000000")
            #expect(answer.status == 404)
            #expect(answer.body.contains("There is no run"))
            #expect(try await server.get("/experiments/999").status == 404)
            #expect(try await server.get("/experiments/x").status == 404)
        }
    }

    @Test("Who watches a run hears when it has ended, and the stream ends then")
    func events() async throws {
        try await PageServer.with { server in
            let (_, runs) = try await runs(1, in: server)
            async let heard = server.get("/runs/\(runs[0].id)/events")
            try await TrackingStore(pool: server.pool).updateRun(runs[0].id, status: .finished, endedAt: Date())
            let answer = try await heard
            #expect(answer.header("Content-Type") == "text/event-stream")
            #expect(answer.body.contains("event: end"))
        }
    }
}
