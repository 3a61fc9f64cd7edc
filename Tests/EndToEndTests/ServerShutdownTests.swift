import Foundation
import TestSupport
import Testing

private let artifactSize = 4 << 20

@Suite("Stopping coppice server", .database, .timeLimit(.minutes(10)))
struct ServerShutdownTests {

    /// A server that keeps its temporary files in a folder of its own, and a client that has sent half of an artifact.
    private struct HalfUpload {
        let server: MLflowServer
        let client: RawClient
        let path: String
        let folder: URL

        init(_ store: Store, _ options: String...) async throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "coppice-uploads-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            server = try await MLflowServer.start(try Store(["TMPDIR": folder.path]), options)
            let created = try await server.ask("POST", "/api/2.0/mlflow/runs/create", json: #"{"experiment_id": "0"}"#)
            let info = (created.json["run"] as? [String: Any])?["info"] as? [String: Any]
            let run = try #require(info?["run_id"] as? String)
            path = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/large.bin"
            client = try RawClient(port: try #require(UInt16(server.url.split(separator: ":").last ?? "")))
            client.send(
                "PUT \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(artifactSize)\r\n\r\n"
            )
            client.send([UInt8](repeating: 7, count: artifactSize / 2))
            // The first half is more than what is kept in memory.
            while try files.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        }

        var files: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
        }
    }

    @Test("An upload that has begun ends, and is kept")
    func uploadEnds() async throws {
        let store = try Store()
        let upload = try await HalfUpload(store)
        upload.server.program.signal(SIGTERM)
        // It listens no more once it has seen the signal.
        while try !upload.server.refusesConnections() { try await Task.sleep(for: .milliseconds(10)) }
        upload.client.send([UInt8](repeating: 7, count: artifactSize / 2))
        let answer = await upload.client.receive()
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        let end = try await upload.server.program.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(try upload.files.isEmpty)
        let again = try await MLflowServer.start(store)
        let kept = try await again.ask("GET", upload.path)
        #expect(kept.status == 200 && kept.body == Data(repeating: 7, count: artifactSize))
        try FileManager.default.removeItem(at: upload.folder)
    }

    @Test("An upload that does not end within the grace leaves nothing")
    func uploadIsCut() async throws {
        let store = try Store()
        let upload = try await HalfUpload(store, "--grace", "1s")
        upload.server.program.signal(SIGTERM)
        let answer = await upload.client.receive()
        #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(answer)")
        _ = try await upload.server.program.outcome()
        #expect(try upload.files.isEmpty)
        let again = try await MLflowServer.start(store)
        #expect(try await again.ask("GET", upload.path).status == 404)
        try FileManager.default.removeItem(at: upload.folder)
    }
}

extension MLflowServer {
    fileprivate func refusesConnections() throws -> Bool {
        (try? RawClient(port: try #require(UInt16(url.split(separator: ":").last ?? "")))) == nil
    }
}
