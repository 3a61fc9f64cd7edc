import Foundation
import Postgres
import TestSupport
import Testing

/// `coppice runs`, `experiments`, `models` and `artifacts`, as a user types them.
@Suite(.database, .timeLimit(.minutes(10)))
struct StoreCommandsTests {
    private let best = String(repeating: "a", count: 32)
    private let worst = String(repeating: "b", count: 32)

    private func coppice(_ arguments: String...) async throws -> Program.Outcome {
        try await Program(name: "coppice", environment: ["DATABASE_URL": testDatabase().url]).run(arguments)
    }

    private func object(_ outcome: Program.Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    /// Two runs, one with artifacts and a registered model.
    private func seed() async throws {
        try await testDatabase().connect().withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    set search_path = coppice;
                    insert into runs (run_id, experiment_id, name, status)
                    values (repeat('a', 32), 0, 'best', 'FINISHED'), (repeat('b', 32), 0, 'worst', 'FAILED');
                    insert into params select run_no, 'max_depth', (run_no + 4)::text from runs;
                    insert into params select run_no, 'n_estimators', '100' from runs;
                    insert into latest_metrics select run_no, 'rmse', 0, now(), 50 + run_no from runs;
                    insert into blobs (digest, size) values (sha256('hello'), 5), (sha256('orphan'), 6);
                    insert into blob_chunks values (sha256('hello'), 0, 'hello'), (sha256('orphan'), 0, 'orphan');
                    insert into artifacts (run_no, path, digest, size)
                    select run_no, path, sha256('hello'), 5
                    from runs, unnest(array['metrics.json', 'model/MLmodel']) path where name = 'best';
                    insert into registered_models (name, next_version) values ('rf', 3);
                    insert into model_versions (registered_model_no, version, source, run_no)
                    select 1, version, 'runs:/' || run_id || '/model', run_no
                    from runs, generate_series(1, 2) version where name = 'best';
                    """
            )
        }
    }

    @Test("Runs are listed by condition and order, shown and compared")
    func runs() async throws {
        try await seed()

        let list = try object(await coppice("runs", "list", "--order-by", "rmse", "--json"))
        #expect((list["runs"] as? [[String: Any]])?.map { $0["run_name"] as? String } == ["best", "worst"])
        let filtered = try object(
            await coppice(
                "runs",
                "list",
                "--metric",
                "rmse<52",
                "--param",
                "max_depth=5",
                "--status",
                "finished",
                "--json"
            )
        )
        #expect((filtered["runs"] as? [[String: Any]])?.map { $0["run_id"] as? String } == [best])
        let found = try object(
            await coppice(
                "runs",
                "list",
                "--filter",
                "metrics.rmse > 1 AND params.max_depth != '9'",
                "--order-by",
                "metrics.rmse DESC",
                "--json"
            )
        )
        #expect((found["runs"] as? [[String: Any]])?.map { $0["run_name"] as? String } == ["worst", "best"])
        let table = try await coppice("runs", "list")
        #expect(table.output.contains("rmse 51"))
        let shown = try await coppice("runs", "show", "aaa")
        #expect(shown.output.contains("models:/rf/1") && shown.output.contains("model/"))
        let comparison = try await coppice("runs", "compare", "aaa", "bbb")
        #expect(comparison.output.contains("max_depth") && !comparison.output.contains("n_estimators"))
    }

    @Test("Deleted runs leave the lists until they are restored")
    func deleteRuns() async throws {
        try await seed()

        #expect(try await coppice("runs", "delete", "aaa").status == 0)
        #expect(try await !coppice("runs", "list").output.contains("best"))
        #expect(try await coppice("runs", "list", "--deleted").output.contains("best"))
        let kept = try object(await coppice("runs", "gc", "--older-than", "0s", "--json"))
        #expect(kept["kept_runs"] as? Int == 1)
        #expect(try await coppice("runs", "restore", best).status == 0)
        #expect(try await coppice("runs", "delete", "bbb").status == 0)
        #expect(try await coppice("runs", "gc", "--older-than", "30d").output.contains("more than 30d ago"))
        let removed = try object(await coppice("runs", "gc", "--older-than", "0s", "--json"))
        #expect(removed["runs"] as? Int == 1)
        #expect(try await !coppice("runs", "list", "--deleted").output.contains("worst"))
        #expect(try await coppice("runs", "list").output.contains("best"))
    }

    @Test("Experiments are created, deleted and restored by name")
    func experiments() async throws {
        let number = try await coppice("experiments", "create", "houses", "--tag", "team=pricing").output
        #expect(number == "1\n")
        #expect(try await coppice("experiments", "delete", "houses").status == 0)
        #expect(try await coppice("experiments", "gc", "--older-than", "30d", "--dry-run").status == 0)
        #expect(try await !coppice("experiments", "list").output.contains("houses"))
        #expect(try await coppice("experiments", "restore", "1").status == 0)
        #expect(try await coppice("experiments", "list").output.contains("team=pricing"))
    }

    @Test("Aliases, tags and versions of a model change")
    func models() async throws {
        try await seed()

        #expect(
            try await coppice("models", "alias", "models:/rf/1", "champion").output
                == "models:/rf@champion: version 1\n"
        )
        #expect(
            try await coppice("models", "tag", "models:/rf@champion", "reviewed=yes").output
                == "models:/rf/1: reviewed=yes\n"
        )
        let shown = try await coppice("models", "show", "models:/rf@champion").output
        #expect(shown.contains("reviewed=yes") && shown.contains("rmse"))
        #expect(try await coppice("models", "delete", "models:/rf/latest").output == "models:/rf/2: deleted\n")
        #expect(try await coppice("models", "alias", "models:/rf@champion", "--remove").status == 0)
        let list = try object(await coppice("models", "list", "--json"))
        let model = try #require((list["models"] as? [[String: Any]])?.first)
        #expect(model["latest_version"] as? Int == 1)
        #expect((model["aliases"] as? [String: Any])?.isEmpty == true)
        #expect(try await coppice("models", "delete", "rf", "--all-versions").status == 0)
    }

    @Test("Artifacts are listed, printed, copied and collected")
    func artifacts() async throws {
        try await seed()
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-get-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }

        #expect(try await coppice("artifacts", "list", "aaa").output.contains("model/"))
        #expect(try await coppice("artifacts", "get", "aaa", "metrics.json", "-").output == "hello")
        #expect(try await coppice("artifacts", "get", "aaa", "model", folder.path).status == 0)
        #expect(try String(contentsOf: folder.appending(path: "MLmodel"), encoding: .utf8) == "hello")
        #expect(try await coppice("artifacts", "gc").output == "nothing to remove\n")
        #expect(try await coppice("artifacts", "gc", "--older-than", "0s").output == "removed 1 unused file, 6 B\n")
    }

    @Test(
        "What is wrong is said in one line that helps",
        arguments: [
            (["runs", "show", "ccc"], "coppice runs list"), (["runs", "show", "xyz"], "32 hexadecimal digits"),
            (["runs", "compare", "aaa"], "at least two"), (["runs", "list", "--metric", "rmse"], "--metric"),
            (["runs", "list", "--filter", "rmse < 55"], "allowed are artifact_uri"),
            (["runs", "list", "--order-by", "datasets.name"], "sorted by"),
            (["runs", "list", "--experiment", "nope"], "Default"), (["runs", "restore", "aaa"], "nothing to restore"),
            (["experiments", "delete", "Default"], "cannot be deleted"),
            (["experiments", "create", "Default"], "already"),
            (["models", "show", "fr"], "registered are rf"), (["models", "show", "models:/rf/9"], "versions 1–2"),
            (["models", "show", "runs:/a/b"], "models:/NAME/VERSION"), (["models", "delete", "rf"], "--all-versions"),
            (["models", "alias", "models:/rf/1", "v2"], "version number"), (["models", "tag", "rf"], "KEY=VALUE"),
            (["artifacts", "list", "aaa", "nope"], "metrics.json, model/"),
            (["artifacts", "get", "aaa", "../x"], "climbs"),
            (["artifacts", "get", "aaa", ".", "-"], "one file"),
            (["artifacts", "gc", "--older-than", "1"], "--older-than"),
        ]
    )
    func mistakes(arguments: [String], hint: String) async throws {
        try await seed()
        let program = Program(name: "coppice", environment: ["DATABASE_URL": try testDatabase().url])
        try await program.run(arguments).expectError(status: 64, hint)
    }

    @Test("An artifact root that is not supported is said before anything is done")
    func badRoot() async throws {
        let environment = ["DATABASE_URL": try testDatabase().url, "COPPICE_ARTIFACT_ROOT": "s3://bucket/prefix"]
        try await Program(name: "coppice", environment: environment).run(["artifacts", "gc"])
            .expectError(status: 64, "not supported yet", "file:///dir")
    }
}
