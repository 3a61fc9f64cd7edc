import Foundation
import JobSubmission
import Jobs
import Postgres
import TestSupport
import Testing

@testable import WebPages

@Suite("Schedules, example queries and licences on the web page", .database, .timeLimit(.minutes(10)))
struct ContractPageTests {
    private static let tokens = "write write-token-0123456789\nadmin admin-token-0123456789\n"

    private func cookie(_ scope: String) -> [String: String] { ["Cookie": "coppice_token=\(scope)-token-0123456789"] }

    @Test("A schedule is removed by who operates the store, and by nobody else")
    func removeSchedule() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            var request = ScheduleRequest(name: "nightly", cron: "0 3 * * *")
            request.arguments = ["train", "--data", "<i>diabetes</i>"]
            _ = try await server.submissions.schedule(request, TrainRequest(data: DataRequest(source: "diabetes")))
            let store = ScheduleStore(pool: server.pool)
            let shown = try await server.get("/schedules", headers: cookie("write")).body
            #expect(shown.contains("&lt;i&gt;diabetes&lt;/i&gt;") && !shown.contains("/schedules/nightly/remove"))
            let path = "/schedules/nightly/remove"
            let refused = try await server.submit([:], to: path, from: "/schedules", headers: cookie("write"))
            #expect(refused.status == 403)
            #expect(try await store.list(limit: 1).count == 1)
            let done = try await server.submit([:], to: path, from: "/schedules", headers: cookie("admin"))
            #expect(done.header("Location") == "/schedules?done=schedule-removed")
            #expect(try await store.list(limit: 1).isEmpty)
            let again = try await server.submit([:], to: path, from: "/schedules", headers: cookie("admin"))
            #expect(again.status == 404)
        }
    }

    @Test("Each example query runs on the views", arguments: SQLView.examples.map(\.sql))
    func examples(query: String) async throws {
        let pool = try testDatabase().pool(size: 1)
        try await pool.withSession { session in try session.executeScript(unsafeRaw: query) }
        await pool.close()
    }

    @Test("About names every package that the manifest depends on")
    func licences() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Package.swift")
        let manifest = try String(contentsOf: root, encoding: .utf8)
        let packages = manifest.matches(of: /\.package\(url: "[^"]*\/([^\/"]+)"/).map { String($0.1) }
        #expect(!packages.isEmpty)
        let named = Set(LinkedSoftware.all.map(\.name))
        for package in packages { #expect(named.contains(package), "\(package) is not named") }
    }
}
