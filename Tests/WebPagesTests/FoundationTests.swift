import Foundation
import Postgres
import TestSupport
import Testing
import Tracking

@Suite("The frame of all pages", .database, .timeLimit(.minutes(10)))
struct FoundationTests {
    private static let tokens = "read read-token-0123456789\nwrite write-token-0123456789\n"

    @Test("A page lets nothing in from elsewhere, and may not stand in another page")
    func policy() async throws {
        try await PageServer.with { server in
            let answer = try await server.get("/")
            #expect(answer.status == 200)
            let policy = try #require(answer.header("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self';"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(!answer.body.contains("style=\""))
            #expect(answer.body.firstMatch(of: /<script(?![^>]*src="\/assets\/)/) == nil)
            #expect(answer.body.firstMatch(of: /(src|href)="(https?:)?\/\//) == nil)
        }
    }

    @Test("The first page, its stylesheet and its script are under 50 KB together")
    func size() async throws {
        try await PageServer.with { server in
            let page = try await server.get("/").body
            var size = page.utf8.count
            for match in page.matches(of: /"(\/assets\/[^"]+)"/) {
                let asset = try await server.get(String(match.1))
                #expect(asset.status == 200)
                #expect(asset.header("Cache-Control")?.contains("immutable") == true)
                size += asset.body.utf8.count
            }
            #expect(size < 50_000)
        }
    }

    @Test("A browser that has the stylesheet is not sent it again")
    func notModified() async throws {
        try await PageServer.with { server in
            let page = try await server.get("/").body
            let path = try String(#require(page.firstMatch(of: /"(\/assets\/style[^"]+)"/)).1)
            let tag = try #require(try await server.get(path).header("ETag"))
            let answer = try await server.get(path, headers: ["If-None-Match": tag])
            #expect(answer.status == 304)
            #expect(answer.body.isEmpty)
        }
    }

    @Test("What does not exist is a page that says so, and for programs an error of the API")
    func notFound() async throws {
        try await PageServer.with { server in
            let page = try await server.get("/no-such-page")
            #expect(page.status == 404)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.body.contains("There is no page at /no-such-page"))
            let call = try await server.get("/api/2.0/mlflow/no-such-call")
            #expect(call.status == 404)
            #expect(call.header("Content-Type") == "application/json")
        }
    }

    @Test(
        "What cannot be shown has the navigation, and says what to do next",
        arguments: [
            ("/no-such-page", 404, "href=\"/experiments\"", "start page"),
            ("/runs/00000000000000000000000000000000", 404, "aria-current=\"true\">Experiments", "deleted ones"),
            ("/jobs/77", 404, "aria-current=\"true\">Jobs", "See all <a href=\"/jobs\">jobs</a>"),
            ("/jobs?state=nothing", 400, "aria-current=\"true\">Jobs", "Go back"),
            ("/models/none", 404, "aria-current=\"true\">Models", "registered models</a>"),
        ]
    )
    func whatNext(path: String, status: Int, navigation: String, advice: String) async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let answer = try await server.get(path, headers: ["Cookie": "coppice_token=read-token-0123456789"])
            #expect(answer.status == status)
            #expect(answer.body.contains(navigation))
            let next = try #require(answer.body.components(separatedBy: "What to do next</h2>").last)
            #expect(next.contains(advice), "\(next)")
        }
    }

    @Test("A path that is markup is shown, not obeyed")
    func hostilePath() async throws {
        try await PageServer.with { server in
            let answer = try await server.get("/%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(answer.status == 404)
            #expect(!answer.body.contains("<script>alert"))
        }
    }

    @Test("Without its database, the server says that it cannot be reached")
    func unavailable() async throws {
        try await PageServer.with { server in
            await server.pool.close()
            let answer = try await server.get("/")
            #expect(answer.status == 503)
            #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
            #expect(answer.body.contains("database cannot be reached"))
        }
    }

    @Test("Who has no token is asked for one, and comes back to where they were going")
    func signIn() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let first = try await server.get("/no-such?x=1")
            #expect(first.status == 303)
            let location = try #require(first.header("Location"))
            #expect(location == "/sign-in?next=/no-such%3Fx%3D1")
            let answer = try await server.submit(
                ["token": "read-token-0123456789", "next": "/?x=1"],
                to: "/sign-in",
                from: location
            )
            #expect(answer.status == 303)
            #expect(answer.header("Location") == "/?x=1")
            let cookie = try #require(answer.cookie("coppice_token"))
            let set = try #require(answer.header("Set-Cookie"))
            #expect(set.contains("HttpOnly") && set.contains("SameSite=Strict"))
            let page = try await server.get("/", headers: ["Cookie": "coppice_token=\(cookie)"])
            #expect(page.status == 200)
            #expect(page.body.contains("Sign out"))
        }
    }

    @Test("A wrong token is refused, and no cookie is set")
    func wrongToken() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let answer = try await server.submit(["token": "guess-guess-guess-guess"], to: "/sign-in", from: "/sign-in")
            #expect(answer.status == 403)
            #expect(answer.cookie("coppice_token") == nil)
            #expect(answer.body.contains("unknown, was revoked, or has expired"))
        }
    }

    @Test("A form to sign in that is too long is refused as such")
    func longToken() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let answer = try await server.ask(
                "POST",
                "/sign-in",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: "token=" + String(repeating: "x", count: 10_001)
            )
            #expect(answer.status == 413)
        }
    }

    @Test("A token as a browser's password lets in, too")
    func basic() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let secret = Data("me:read-token-0123456789".utf8).base64EncodedString()
            let answer = try await server.get("/", headers: ["Authorization": "Basic \(secret)"])
            #expect(answer.status == 200)
        }
    }

    @Test("A form without the token of its page changes nothing")
    func formToken() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let answer = try await server.ask(
                "POST",
                "/sign-in",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: "token=read-token-0123456789"
            )
            #expect(answer.status == 403)
            #expect(answer.cookie("coppice_token") == nil)
        }
    }

    @Test("The start page shows the newest runs by name, escaped, and says what to do where there is nothing")
    func home() async throws {
        try await PageServer.with { server in
            #expect(try await server.get("/").body.contains("Nothing has run yet"))
            let tracking = TrackingStore(pool: server.pool)
            let experiment = try await tracking.createExperiment(named: "<img src=x onerror=alert(1)>")
            _ = try await tracking.createRun(NewRun(experiment: experiment, name: "<b>bold</b>", startedAt: Date()))
            let page = try await server.get("/").body
            #expect(page.contains("&lt;b&gt;bold&lt;/b&gt;"))
            #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
            #expect(!page.contains("<img src=x"))
        }
    }
}
