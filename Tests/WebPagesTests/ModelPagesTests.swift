import Foundation
import Postgres
import Registry
import TestSupport
import Testing

@Suite("What is said about models", .database, .timeLimit(.minutes(10)))
struct ModelPagesTests {
    private static let tokens = "read read-token-0123456789\nwrite write-token-0123456789\n"

    /// A model with one version, as a client makes them.
    private func model(_ name: String, in server: PageServer) async throws -> RegistryStore {
        let registry = RegistryStore(pool: server.pool)
        _ = try await registry.createModel(named: name)
        _ = try await registry.createVersion(NewModelVersion(model: name, source: "runs:/0/model"))
        return registry
    }

    @Test("The description of a model and of a version is changed by a form, and shown as text")
    func description() async throws {
        try await PageServer.with { server in
            let registry = try await model("a forest", in: server)
            for page in ["/models/a%20forest", "/models/a%20forest/1"] {
                let said = "<b>of \(page)</b>\r\nsecond line"
                let answer = try await server.submit(["description": said], to: "\(page)/description", from: page)
                #expect(answer.status == 303)
                #expect(answer.header("Location") == "\(page)?done=saved")
                let shown = try await server.get(page).body
                #expect(shown.contains("<p class=\"description\">&lt;b&gt;of \(page)&lt;/b&gt;\nsecond line</p>"))
            }
            #expect(try await registry.model(named: "a forest").description.hasSuffix("forest</b>\nsecond line"))
            let version = try await registry.version(1, of: "a forest")
            #expect(version.description == "<b>of /models/a%20forest/1</b>\nsecond line")
            let page = "/models/a%20forest"
            _ = try await server.submit(["description": ""], to: "\(page)/description", from: page)
            #expect(try await registry.model(named: "a forest").description.isEmpty)
        }
    }

    @Test("Tags of a model and of a version are set, changed and removed")
    func tags() async throws {
        try await PageServer.with { server in
            let registry = try await model("forest", in: server)
            for (page, tags) in [
                ("/models/forest", { @Sendable in try await registry.model(named: "forest").tags }),
                ("/models/forest/1", { @Sendable in try await registry.version(1, of: "forest").tags }),
            ] {
                _ = try await server.submit(["key": "stage", "value": "<i>trial</i>"], to: "\(page)/tags", from: page)
                #expect(try await tags() == ["stage": "<i>trial</i>"])
                #expect(try await server.get(page).body.contains("<td>&lt;i&gt;trial&lt;/i&gt;</td>"))
                _ = try await server.submit(["key": "stage", "value": "final"], to: "\(page)/tags", from: page)
                #expect(try await tags() == ["stage": "final"])
                _ = try await server.submit(["key": "stage", "action": "delete"], to: "\(page)/tags", from: page)
                #expect(try await tags().isEmpty)
            }
        }
    }

    @Test("What the registry refuses is a page that says why, and changes nothing")
    func refused() async throws {
        try await PageServer.with { server in
            let registry = try await model("forest", in: server)
            let page = "/models/forest"
            let empty = try await server.submit(["key": "", "value": "x"], to: "\(page)/tags", from: page)
            #expect(empty.status == 400 && empty.body.contains("the name of a tag is empty"))
            let gone = try await server.submit(["key": "none", "action": "delete"], to: "\(page)/tags", from: page)
            #expect(gone.status == 404 && gone.body.contains("has no tag &#39;none&#39;"))
            let long = String(repeating: "x", count: 100_001)
            let large = try await server.submit(["description": long], to: "\(page)/1/description", from: page)
            #expect(large.status == 400 && large.body.contains("100001 characters"))
            let missing = try await server.submit(["description": "x"], to: "/models/none/description", from: page)
            #expect(missing.status == 404)
            #expect(try await registry.model(named: "forest").tags.isEmpty)
        }
    }

    @Test("Who may only read sees no forms, and is refused if they try; a form needs its token")
    func readOnly() async throws {
        try await PageServer.with(tokens: Self.tokens) { server in
            let registry = try await model("forest", in: server)
            let read = ["Cookie": "coppice_token=read-token-0123456789"]
            let write = ["Cookie": "coppice_token=write-token-0123456789"]
            for page in ["/models/forest", "/models/forest/1"] {
                let (seen, changed) = (
                    try await server.get(page, headers: read).body, try await server.get(page, headers: write).body
                )
                for word in ["Save description", "Set tag", "Add a description"] {
                    #expect(!seen.contains(word), "\(page) shows \(word)")
                    #expect(changed.contains(word), "\(page) does not show \(word)")
                }
                for form in ["description", "tags"] {
                    let fields: KeyValuePairs = ["description": "x", "key": "x", "value": "x"]
                    let refused = try await server.submit(fields, to: "\(page)/\(form)", from: "/", headers: read)
                    #expect(refused.status == 403)
                    let forged = try await server.ask(
                        "POST",
                        "\(page)/\(form)",
                        headers: write.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 },
                        body: "description=x&key=x&value=x&form_token=0"
                    )
                    #expect(forged.status == 403)
                }
            }
            #expect(try await registry.model(named: "forest").tags.isEmpty)
            #expect(try await registry.version(1, of: "forest").description.isEmpty)
        }
    }
}
