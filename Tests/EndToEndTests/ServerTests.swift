import Foundation
import Postgres
import TestSupport
import Testing

@Suite("coppice server", .database, .timeLimit(.minutes(10)))
struct ServerTests {
    private func createRun(_ server: MLflowServer, in experiment: String = "0") async throws -> String {
        let answer = try await server.ask(
            "POST",
            "/api/2.0/mlflow/runs/create",
            json: #"{"experiment_id": "\#(experiment)"}"#
        )
        let info = (answer.json["run"] as? [String: Any])?["info"] as? [String: Any]
        return try #require(info?["run_id"] as? String, "\(answer.text)")
    }

    @Test("It says that it is well, which MLflow it speaks, and ends when it is told to")
    func health() async throws {
        let server = try await MLflowServer.start(try Store())
        #expect(try await server.ask("GET", "/health").text == "OK")
        #expect(try await server.ask("GET", "/version").text.hasPrefix("3."))
        let info = try await server.ask("GET", "/api/3.0/mlflow/server-info")
        #expect(info.json["store_type"] as? String == "SqlStore")
        let end = try await server.stop()
        #expect(end.status == 0 && end.output.isEmpty, "\(end.errors)")
    }

    @Test("Other machines are let in only with tokens")
    func loopbackOnly() async throws {
        let store = try Store()
        try await store.coppice.run("server", "--host", "0.0.0.0").expectError(status: 64, "--auth-token-file")
        try await store.coppice.run("server", "--auth-token-file", "/nothing").expectError(status: 64, "/nothing")
    }

    @Test("A port that is taken is an error that says so")
    func takenPort() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let port = try #require(server.url.split(separator: ":").last.map(String.init))
        let second = try await store.coppice.run("server", "--port", port)
        #expect(second.status == 64 && second.errors.contains("cannot listen on 127.0.0.1:\(port)"), "\(second.errors)")
    }

    @Test("A name or a site that is not ours is refused, and named")
    func foreignNames() async throws {
        let server = try await MLflowServer.start(try Store(), "--allowed-hosts", "trainer.example")
        let path = "/api/2.0/mlflow/experiments/get?experiment_id=0"
        let rebound = try await server.ask("GET", path, json: nil, "-H", "Host: evil.example:5000")
        #expect(rebound.status == 403 && rebound.text.contains("evil.example"))
        #expect(try await server.ask("GET", path, json: nil, "-H", "Host: trainer.example").status == 200)
        #expect(try await server.ask("GET", "/health", json: nil, "-H", "Host: anything").status == 200)

        let body = #"{"experiment_id": "0"}"#
        let foreign = try await server.ask(
            "POST",
            "/api/2.0/mlflow/runs/create",
            json: body,
            "-H",
            "Origin: https://evil.example"
        )
        #expect(foreign.status == 403 && foreign.text.contains("https://evil.example"))
        let own = try await server.ask("POST", "/api/2.0/mlflow/runs/create", json: body, "-H", "Origin: \(server.url)")
        #expect(own.status == 200)
    }

    @Test("Tokens of the file and of the database allow what their scope says, and no more")
    func tokens() async throws {
        let store = try Store()
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-tokens-\(UUID().uuidString)")
        try Data("read readers-secret-token\noperators-secret-token\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let created = try await store.coppice.run("tokens", "create", "notebook")
        let token = try #require(created.lines.first)
        let server = try await MLflowServer.start(store, "--auth-token-file", file.path)
        let read = "/api/2.0/mlflow/experiments/get?experiment_id=0"
        let write = "/api/2.0/mlflow/runs/create"
        let body = #"{"experiment_id": "0"}"#

        let stranger = try await server.ask("GET", read)
        #expect(stranger.status == 401 && stranger.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
        #expect(try await server.ask("GET", read, json: nil, "-H", "Authorization: Bearer wrong-token").status == 401)
        #expect(try await server.ask("GET", "/health").status == 200)

        let reader = "Authorization: Bearer readers-secret-token"
        #expect(try await server.ask("GET", read, json: nil, "-H", reader).status == 200)
        let refused = try await server.ask("POST", write, json: body, "-H", reader)
        #expect(refused.status == 403 && refused.json["error_code"] as? String == "PERMISSION_DENIED")
        #expect(try await server.ask("POST", write, json: body, "-H", "Authorization: Bearer \(token)").status == 200)
        #expect(try await server.ask("POST", write, json: body, "-u", "anyone:operators-secret-token").status == 200)

        #expect(try await store.coppice.run("tokens", "revoke", "notebook").status == 0)
        // Answers are remembered for a few seconds.
        while try await server.ask("GET", read, json: nil, "-H", "Authorization: Bearer \(token)").status != 401 {
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(try await store.coppice.run("tokens", "list").output.contains("revoked"))
    }

    @Test("No spelling of a path leads out of the artifacts")
    func traversal() async throws {
        let server = try await MLflowServer.start(try Store())
        let run = try await createRun(server)
        let root = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts"
        for path in [
            "../x", "..%2fx", "%2e%2e/x", "%2e%2e%2fx", "%252e%252e/x", "..%5cx", "%2fetc/passwd", "a/../../x", "a%00b",
            "file:%2f%2f%2fetc/passwd", "C:%2fx", "a%23/../x", "~/x", "\u{2024}\u{2024}/x", "%c0%ae%c0%ae/x",
        ] {
            let encoded = path.unicodeScalars.map {
                $0.isASCII ? String($0) : String($0).addingPercentEncoding(withAllowedCharacters: [])!
            }.joined()
            let put = try await server.ask("PUT", "\(root)/\(encoded)", json: nil, "--data-binary", "x")
            // An overlong dot is no dot, and becomes a name as odd as it is harmless.
            #expect((400..<500).contains(put.status) || path.hasPrefix("%c0"), "\(path): \(put.status)")
            for ask in ["\(root)/\(encoded)", "/get-artifact?run_id=\(run)&path=\(encoded)"]
            where !path.hasPrefix("%c0") {
                let got = try await server.ask("GET", ask)
                #expect((400..<500).contains(got.status), "\(ask): \(got.status)")
            }
        }
    }

    @Test("Artifacts go up and down unchanged, in parts too, and never as something that a browser runs")
    func artifacts() async throws {
        let server = try await MLflowServer.start(try Store())
        let run = try await createRun(server)
        let root = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts"
        // Larger than what is kept in memory, and than a chunk of the store.
        var bytes = Data(count: 3_500_000)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-upload-\(UUID().uuidString)")
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        #expect(try await server.ask("PUT", "\(root)/page.html", json: nil, "-T", file.path).status == 200)
        let whole = try await server.ask("GET", "\(root)/page.html")
        #expect(whole.status == 200 && whole.body == bytes)
        #expect(whole.header("X-Content-Type-Options") == "nosniff")
        #expect(whole.header("Content-Disposition")?.hasPrefix("attachment") == true)
        #expect(whole.header("Content-Security-Policy")?.contains("sandbox") == true)
        let part = try await server.ask("GET", "\(root)/page.html", json: nil, "-H", "Range: bytes=1048570-2097160")
        #expect(part.status == 206 && part.body == bytes[1_048_570...2_097_160])
        #expect(part.header("Content-Range") == "bytes 1048570-2097160/3500000")
        let tag = try #require(whole.header("ETag"))
        #expect(
            try await server.ask("GET", "\(root)/page.html", json: nil, "-H", "If-None-Match: \(tag)").status == 304
        )
        #expect(try await server.ask("DELETE", "\(root)/page.html").status == 200)
        #expect(try await server.ask("GET", "\(root)/page.html").status == 404)
    }

    @Test(
        "The folder of an experiment may be called as those of artifacts are",
        arguments: ["team/artifacts", "artifacts"]
    )
    func oddLocation(folder: String) async throws {
        let server = try await MLflowServer.start(try Store())
        let created = try await server.ask(
            "POST",
            "/api/2.0/mlflow/experiments/create",
            json: #"{"name": "odd", "artifact_location": "mlflow-artifacts:/\#(folder)"}"#
        )
        let experiment = try #require(created.json["experiment_id"] as? String, "\(created.text)")
        let run = try await createRun(server, in: experiment)
        let root = "/api/2.0/mlflow-artifacts/artifacts"
        let put = try await server.ask(
            "PUT",
            "\(root)/\(folder)/\(run)/artifacts/sub/f",
            json: nil,
            "--data-binary",
            "x"
        )
        #expect(put.status == 200, "\(put.text)")
        #expect(try await server.ask("GET", "\(root)/\(folder)/\(run)/artifacts/sub/f").text == "x")
        let listed = try await server.ask("GET", "\(root)?path=\(folder)/\(run)/artifacts/sub").text
        #expect(listed.contains(#""path":"f""#), "\(listed)")
    }

    @Test("A name is a file's or a folder's, so that a run can be downloaded whole")
    func fileOrFolder() async throws {
        let server = try await MLflowServer.start(try Store())
        let run = try await createRun(server)
        let root = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts"
        func put(_ path: String) async throws -> Int {
            try await server.ask("PUT", "\(root)/\(path)", json: nil, "--data-binary", "x").status
        }
        for (path, status) in [
            ("a", 200), ("a/b", 400), ("c/d/e", 200), ("c", 400), ("c/d", 400), ("c/d.e", 200), ("a", 200),
        ] {
            #expect(try await put(path) == status, "\(path)")
        }
    }

    @Test("A version may name a run of another server, be a copy of anything, but never a prompt")
    func versionSources() async throws {
        let server = try await MLflowServer.start(try Store())
        func create(_ what: String, _ json: String) async throws -> (status: Int, json: [String: Any]) {
            let answer = try await server.ask("POST", "/api/2.0/mlflow/\(what)/create", json: json)
            return (answer.status, answer.json)
        }
        let elsewhere = String(repeating: "f", count: 32)
        #expect(try await create("registered-models", #"{"name": "m"}"#).status == 200)
        let first = try await create(
            "model-versions",
            #"{"name": "m", "source": "s3://bucket/key", "run_id": "\#(elsewhere)"}"#
        )
        #expect((first.json["model_version"] as? [String: Any])?["run_id"] as? String == elsewhere)
        let copy = try await create("model-versions", #"{"name": "m", "source": "models:/m/1"}"#)
        #expect(copy.status == 200, "\(copy.json)")
        for what in ["registered-models", "model-versions"] {
            let prompt = try await create(
                what,
                #"""
                {"name": "m", "source": "dummy-source", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]}
                """#
            )
            #expect(prompt.json["error_code"] as? String == "ENDPOINT_NOT_FOUND")
        }
    }

    @Test("While PostgreSQL is gone the answer is to try again, and afterwards all is as before")
    func databaseGone() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store)
        let run = try await createRun(server)
        let path = "/api/2.0/mlflow/runs/get?run_id=\(run)"
        #expect(try await server.ask("GET", path).status == 200)

        let name = try #require(store.database.configuration["dbname"])
        var elsewhere = store.database.configuration
        elsewhere["dbname"] = "postgres"
        let administrator = PostgresConnection(elsewhere)
        try await administrator.execute("alter database \(identifier: name) allow_connections false")
        try await administrator.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = \(name)"
        )
        let gone = try await server.ask("GET", path)
        #expect(gone.status == 503 && gone.header("Retry-After") != nil, "\(gone.text)")
        #expect(gone.json["error_code"] as? String == "TEMPORARILY_UNAVAILABLE")
        #expect(try await server.ask("GET", "/health").status == 200)

        try await administrator.execute("alter database \(identifier: name) allow_connections true")
        #expect(try await server.ask("GET", path).status == 200)
        await administrator.close()
    }

    @Test("A statement that waits for ever ends with its request, and the next one is answered")
    func requestTimeout() async throws {
        let store = try Store()
        let server = try await MLflowServer.start(store, "--request-timeout", "3s", "--connections", "1")
        let run = try await createRun(server)
        let lock = try await HeldLock("runs", in: store)
        let path = "/api/2.0/mlflow/runs/get?run_id=\(run)"
        let late = try await server.ask("GET", path)
        #expect(late.status == 503 && late.header("Retry-After") != nil, "\(late.text)")
        #expect(late.json["error_code"] as? String == "TEMPORARILY_UNAVAILABLE")
        #expect(late.text.contains("took longer"))
        await lock.release()
        #expect(try await server.ask("GET", path).status == 200)
    }

    @Test("A client that sends half a request is not waited for")
    func halfRequest() async throws {
        let server = try await MLflowServer.start(try Store(), "--request-timeout", "2s")
        let port = try #require(UInt16(server.url.split(separator: ":").last ?? ""))
        let answer = try await RawClient.exchange(
            port: port,
            "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: 100\r\n\r\n{"
        )
        #expect(answer.hasPrefix("HTTP/1.1 503"), "\(answer)")
    }

    @Test("Addresses of a cloud's storage are refused as MLflow refuses them where it keeps artifacts itself")
    func presigned() async throws {
        let server = try await MLflowServer.start(try Store())
        let run = try await createRun(server)
        let root = "/api/2.0/mlflow/artifacts/presigned"
        let both = try await server.ask("POST", "\(root)-upload-url", json: #"{"path": "a"}"#)
        #expect(both.status == 400 && both.text.contains("Exactly one of run_id and model_id"))
        for action in ["upload", "download"] {
            let body = #"{"run_id": "\#(run)", "path": "a"}"#
            let answer = try await server.ask("POST", "\(root)-\(action)-url", json: body)
            #expect(answer.status == 400 && answer.text.contains("Presigned \(action) is not supported"))
            let climbing = #"{"run_id": "\#(run)", "path": "../a"}"#
            let refused = try await server.ask("POST", "\(root)-\(action)-url", json: climbing)
            #expect(refused.status == 400 && !refused.text.contains("Presigned"))
        }
        let late = #"{"run_id": "\#(run)", "path": "a", "expiration": 604801}"#
        #expect(try await server.ask("POST", "\(root)-download-url", json: late).text.contains("604800"))
    }

    @Test("Prometheus finds the queues and the requests, if it may read")
    func metrics() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--n-estimators", "2", "--queue", "night", "--delay", "1h")
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-tokens-\(UUID().uuidString)")
        try Data("read readers-secret-token\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try await MLflowServer.start(store, "--auth-token-file", file.path)
        #expect(try await server.ask("GET", "/metrics").status == 401)
        let answer = try await server.ask(
            "GET",
            "/metrics",
            json: nil,
            "-H",
            "Authorization: Bearer readers-secret-token"
        )
        #expect(answer.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
        let lines = answer.text.split(separator: "\n")
        #expect(lines.contains(#"coppice_jobs{queue="night",state="scheduled"} 1"#))
        #expect(lines.contains(#"coppice_server_requests_total{method="GET",status="401"} 1"#))
        #expect(lines.contains("coppice_server_request_duration_seconds_count 1"))
        #expect(lines.contains("coppice_store_up 1"))
    }

    @Test("What MLflow has for other purposes is not there, and says so in MLflow's form")
    func otherParts() async throws {
        let server = try await MLflowServer.start(try Store())
        for (method, path) in [
            ("POST", "/api/3.0/mlflow/traces/search"), ("GET", "/api/3.0/mlflow/scorers/list"),
            ("POST", "/api/2.0/mlflow/nothing"),
        ] {
            let answer = try await server.ask(method, path, json: "{}")
            #expect(answer.status == 404 && answer.json["error_code"] as? String == "ENDPOINT_NOT_FOUND")
        }
        let wrong = try await server.ask("PUT", "/api/2.0/mlflow/runs/create", json: "{}")
        #expect(wrong.status == 405 && wrong.header("Allow") == "POST")
    }
}
