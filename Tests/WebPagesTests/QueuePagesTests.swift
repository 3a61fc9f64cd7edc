import Artifacts
import Foundation
import JobSubmission
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Pages of jobs and forms that submit", .database, .timeLimit(.minutes(10)))
struct QueuePagesTests {
    private static let tokens =
        "read read-token-0123456789\nwrite write-token-0123456789\nadmin admin-token-0123456789\n"

    private func job(in server: PageServer) async throws -> Job.ID {
        try await server.submissions.submit(TrainRequest(data: DataRequest(source: "diabetes"))).id
    }

    @Test("A form queues what it says, with the page of the job to follow it")
    func train() async throws {
        try await PageServer.with { server in
            let answer = try await server.submit(
                ["data": "iris", "n_estimators": "7", "experiment": "form", "register": "flowers", "run_name": "mine"],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(answer.status == 303)
            let location = try #require(answer.header("Location"))
            let jobs = try await JobStore(pool: server.pool).list(limit: 10)
            #expect(jobs.count == 1)
            #expect(location == "/jobs/\(jobs[0].id)?done=submitted")
            #expect(jobs[0].experiment == "form" && jobs[0].runName == "mine")
            let told = try await JobStore(pool: server.pool).spec(
                of: jobs[0].id,
                kind: TrainForest.kind,
                as: TrainForest.self
            )
            #expect(told.params["n_estimators"] == "7")
            #expect(told.registeredName == "flowers")
        }
    }

    @Test(
        "What is wrong is said beside its field, and nothing is queued",
        arguments: [
            ("n_estimators", "<b>many</b>"), ("max_depth", "deep"), ("target", "no_such"), ("priority", "high"),
            ("tag", "no equals sign"), ("alias", "champion"), ("sql", "select 1"),
            ("queue", "two words"), ("split_seed", "-1"), ("shards", "0"),
        ]
    )
    func wrong(field: String, value: String) async throws {
        try await PageServer.with { server in
            let answer = try await server.submit(
                ["data": field == "sql" ? "sql" : "diabetes", field: value],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(answer.status == 400)
            #expect(answer.body.contains("Nothing was queued."))
            let place = field == "target" ? "data" : field
            #expect(
                answer.body.contains("id=\"field-\(place)-problem\"")
                    || answer.body.contains("id=\"field-\(field)-problem\"")
            )
            #expect(!answer.body.contains("<b>many"))
            #expect(try await JobStore(pool: server.pool).list(limit: 1).isEmpty)
        }
    }

    @Test("A path that is typed for data is not read: those are the files of the server")
    func path() async throws {
        try await PageServer.with { server in
            for data in ["/etc/passwd", "../x.csv"] {
                let answer = try await server.submit(["data": data], to: "/submit/train", from: "/submit/train")
                #expect(answer.status == 400)
            }
            let answer = try await server.submit(
                ["data": "sql", "sql": "/etc/passwd"],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(answer.status == 400)
        }
    }

    @Test("A CSV file that comes with the form is uploaded, and named as the browser named it")
    func upload() async throws {
        try await PageServer.with { server in
            let form = try await server.get("/submit/train")
            let token = try #require(form.formToken)
            let visitor = try #require(form.cookie("coppice_visitor"))
            let rows = (0..<20).map { "\($0),\($0 * 2)" }.joined(separator: "\n")
            let body = """
                --X\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n\(token)\r\n\
                --X\r\nContent-Disposition: form-data; name="data"\r\n\r\nupload\r\n\
                --X\r\nContent-Disposition: form-data; name="file"; filename="../../my houses.csv"\r\n\
                Content-Type: text/csv\r\n\r\na,b\n\(rows)\n\r\n--X--\r\n
                """
            let answer = try await server.ask(
                "POST",
                "/submit/train",
                headers: ["Cookie": "coppice_visitor=\(visitor)", "Content-Type": "multipart/form-data; boundary=X"],
                body: body
            )
            #expect(answer.status == 303, "\(answer.body)")
            let job = try #require(try await JobStore(pool: server.pool).list(limit: 1).first)
            let told = try await JobStore(pool: server.pool).spec(
                of: job.id,
                kind: TrainForest.kind,
                as: TrainForest.self
            )
            guard case .file(let name, let digest) = told.data.source else {
                Issue.record("the data is \(told.data.source)")
                return
            }
            #expect(name == "my houses.csv")
            let again = try await server.get("/submit/train?job=\(job.id)").body
            #expect(again.contains("name=\"digest\" value=\"\(digest)\""))
        }
    }

    @Test("Run again fills the form in with what the job was told, seeds included")
    func again() async throws {
        try await PageServer.with { server in
            var request = TrainRequest(data: DataRequest(source: "iris"))
            request.forest[.treeCount] = "9"
            request.registeredName = "flowers"
            let id = try await server.submissions.submit(request).id
            let told = try await JobStore(pool: server.pool).spec(of: id, kind: TrainForest.kind, as: TrainForest.self)
            let page = try await server.get("/submit/train?job=\(id)").body
            #expect(page.contains("<option value=\"iris\" selected>"))
            for value in ["9", "flowers", "\(told.randomState)", "\(told.splitSeed)"] {
                #expect(page.contains("value=\"\(value)\""), "\(value)")
            }
        }
    }

    @Test("A job is cancelled, tried again, and made more urgent")
    func operate() async throws {
        try await PageServer.with { server in
            let id = try await job(in: server)
            let (page, jobs) = ("/jobs/\(id)", JobStore(pool: server.pool))
            _ = try await server.submit(["priority": "7"], to: "\(page)/priority", from: page)
            #expect(try await jobs.summary(of: id).priority == 7)
            let cancelled = try await server.submit([:], to: "\(page)/cancel", from: page)
            #expect(cancelled.header("Location") == "\(page)?done=job-cancelled")
            #expect(try await jobs.summary(of: id).state == .cancelled)
            _ = try await server.submit([:], to: "\(page)/retry", from: page)
            #expect(try await jobs.summary(of: id).state == .queued)
            #expect(try await server.submit(["priority": "x"], to: "\(page)/priority", from: page).status == 400)
        }
    }

    @Test("Only an administrator pauses a queue")
    func pause() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            _ = try await job(in: server)
            let writer = ["Cookie": "coppice_token=write-token-0123456789"]
            let admin = ["Cookie": "coppice_token=admin-token-0123456789"]
            #expect(try await server.get("/jobs", headers: writer).body.contains("Pause") == false)
            #expect(
                try await server.submit([:], to: "/queues/default/pause", from: "/jobs", headers: writer).status == 403
            )
            let answer = try await server.submit([:], to: "/queues/default/pause", from: "/jobs", headers: admin)
            #expect(answer.status == 303)
            #expect(try await QueueStore(pool: server.pool).list(limit: 1)[0].pausedAt != nil)
            let home = try await server.get("/", headers: admin).body
            #expect(home.contains("<b>default</b></a> is paused"))
        }
    }

    @Test("Who may only read is shown no form to submit")
    func readOnly() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let id = try await job(in: server)
            let read = ["Cookie": "coppice_token=read-token-0123456789"]
            #expect(try await server.get("/submit/train", headers: read).status == 403)
            for path in ["/jobs", "/jobs/\(id)"] {
                let page = try await server.get(path, headers: read).body
                for word in ["Cancel…", "Run again", "Pause", "href=\"/submit", ">Change<"] {
                    #expect(!page.contains(word), "\(path) shows \(word)")
                }
            }
        }
    }

    @Test("Every page of the navigation answers, also where there is nothing yet")
    func empty() async throws {
        try await PageServer.with { server in
            for path in [
                "/", "/experiments", "/jobs", "/models", "/workers", "/schedules", "/sql", "/about", "/compare",
                "/submit/train", "/submit/predict", "/jobs?state=failed&queue=x&kind=train",
                "/experiments?view=deleted",
            ] {
                let answer = try await server.get(path)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.body.contains("<h1>"), "\(path)")
            }
            #expect(try await server.get("/models/none").status == 404)
            #expect(try await server.get("/models/none/1").status == 404)
            #expect(try await server.get("/jobs/99").status == 404)
        }
    }

    @Test("The SQL page documents every column of every view")
    func sql() async throws {
        try await PageServer.with { server in
            let page = try await server.get("/sql").body
            for view in ["run_history", "job_history", "model_history", "metric_history", "prediction_history"] {
                #expect(page.contains("coppice.\(view)"))
            }
            #expect(!page.contains("<td></td>"))
            #expect(page.contains("Public id of the run, 32 hexadecimal digits."))
        }
    }
}
