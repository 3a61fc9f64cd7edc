import Foundation
import Postgres
import TestSupport
import Testing

/// A wrong command, and what it has to say.
struct BadCommand: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let says: String

    init(_ arguments: String..., says: String) {
        self.arguments = arguments
        self.says = says
    }

    var testDescription: String { arguments.joined(separator: " ") }
}

@Suite("Bad input", .database, .timeLimit(.minutes(10)))
struct BadInputTests {
    /// CSV files by name, and what is wrong with them.
    private static let files = [
        "ragged.csv": "a,b,target\n1,2,3\n4,5\n7,8,9\n",
        "text.csv": "a,b,target\n1,2,3\n4,five,6\n7,8,9\n",
        "missing.csv": "a,b,target\n1,2,3\n4,,6\n7,8,9\n",
        "nan.csv": "a,b,target\n1,2,3\n4,5,nan\n7,8,9\n",
        "infinite.csv": "a,b,target\n1,2,3\n4,inf,6\n7,8,9\n",
        "empty.csv": "",
        "header.csv": "a,b,target\n",
        "constant.csv": "a,b,target\n1,2,3\n4,5,3\n7,8,3\n",
        "twice.csv": "a,a,target\n1,2,3\n4,5,6\n7,8,9\n",
        "one.csv": "a,b,target\n1,2,3\n",
        "weights.csv": "a,w,zero,gap,y\n1,2,0,1,2\n4,1,0,,3\n4,-1,0,3,4\n5,-2,0,3,4\n",
        "lonely.csv": "a,y\n1,x\n2,x\n3,x\n4,z\n",
        "good.csv": "a,b,target\n1,2,3\n4,5,6\n7,8,9\n1,3,4\n",
    ]

    private static let wrongCommands: [BadCommand] = [
        BadCommand("train", "--no-such-option", says: "--no-such-option"),
        BadCommand("train", "--data", "diabtes", says: "diabetes"),
        BadCommand("train", "--data", "nowhere.csv", says: "nowhere.csv"),
        BadCommand("train", "--data", "ragged.csv", says: "line 3"),
        BadCommand("train", "--data", "text.csv", says: "five"),
        BadCommand("train", "--data", "missing.csv", "--criterion", "absolute_error", says: "row 1, column 'b'"),
        BadCommand("train", "--data", "missing.csv", "--target", "b", says: "missing"),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "w", says: "row 2, column \"w\""),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "zero", says: "every weight"),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "gap", says: "missing"),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "weight", says: "no column \"weight\""),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "y", "--target", "y", says: "another column"),
        BadCommand("train", "--data", "weights.csv", "--sample-weight", "a", "--features", "a", says: "leave it out"),
        BadCommand("train", "--data", "lonely.csv", "--test-size", "2", "--split-seed", "0", says: "of class"),
        BadCommand("train", "--data", "weights.csv", "--criterion", "poisson", "--target", "w", says: "--criterion"),
        BadCommand("train", "--data", "nan.csv", says: "missing"),
        BadCommand("train", "--data", "infinite.csv", says: "infinite"),
        BadCommand("train", "--data", "empty.csv", says: "empty.csv"),
        BadCommand("train", "--data", "header.csv", says: "no rows"),
        BadCommand("train", "--data", "constant.csv", says: "nothing to learn"),
        BadCommand("train", "--data", "twice.csv", says: "\"a\""),
        BadCommand("train", "--data", "one.csv", says: "nothing to learn"),
        BadCommand("train", "--data", "good.csv", "--target", "price", says: "price"),
        BadCommand("train", "--data", "good.csv", "--features", "a,z", says: "z"),
        BadCommand("train", "--test-size", "1.5", says: "1.5"),
        BadCommand("train", "--n-estimators", "0", says: "--n-estimators"),
        BadCommand("train", "--n-estimators", "many", says: "--n-estimators"),
        BadCommand("train", "--max-depth", "0", says: "--max-depth"),
        BadCommand("train", "--max-features", "11", says: "--max-features"),
        BadCommand("train", "--criterion", "gini", says: "squared_error"),
        BadCommand("train", "--no-bootstrap", "--oob-score", says: "--oob-score"),
        BadCommand("train", "--random-state", "-1", says: "--random-state"),
        BadCommand("train", "--register", "a/b", says: "a/b"),
        BadCommand("train", "--alias", "champion", says: "--register"),
        BadCommand("train", "--register", "m", "--alias", "latest", says: "latest"),
        BadCommand("train", "--model-name", "../up", says: "--model-name"),
        BadCommand("train", "--tag", "novalue", says: "--tag"),
        BadCommand("train", "--queue", "a b", says: "--queue"),
        BadCommand("train", "--priority", "99999", says: "--priority"),
        BadCommand("train", "--at", "tomorrow", says: "--at"),
        BadCommand("train", "--delay", "soon", says: "soon"),
        BadCommand("train", "--after", "77", says: "77"),
        BadCommand("predict", says: "--model"),
        BadCommand("predict", "--model", "rf_regressor", says: "models:/"),
        BadCommand("predict", "--model", "models:/nothing/1", says: "nothing"),
        BadCommand("predict", "--model", "job:77", says: "77"),
        BadCommand("predict", "--model", "runs:/0123456789abcdef0123456789abcdef/model", says: "0123456789abcdef"),
    ]

    @Test("Each wrong command gets one line, exit code 64, and leaves nothing behind", arguments: wrongCommands)
    func refused(_ command: BadCommand) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coppice-bad-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in Self.files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let store = try Store()
        let result = try await store.submit.run(command.arguments, in: folder.path)

        result.expectError(status: 64, command.says)
        let left = try await store.value(
            Int.self,
            """
            select (select count(*) from coppice.jobs) + (select count(*) from coppice.experiments where experiment_id > 0)
                + (select count(*) from coppice.blobs)
            """
        )
        #expect(left == 0)
    }

    @Test("Data whose columns are not the model's is refused by name")
    func wrongColumns() async throws {
        let store = try Store()
        _ = try await store.submit.run("train", "--register", "m", "--n-estimators", "3")
        #expect(try await store.worker.run("--drain").status == 0)

        let other = try await store.submit.run("predict", "--model", "models:/m/1", "--data", "iris")
        #expect(other.status == 64)
        #expect(other.errors.contains("age") && other.errors.contains("lacks 10"), "\(other.errors)")
        let rows = try await store.submit.run("predict", "--model", "models:/m/1", "--rows", "440..<450")
        #expect(rows.status == 64)
        #expect(rows.errors.contains("442 rows"), "\(rows.errors)")
        let version = try await store.submit.run("predict", "--model", "models:/m/2")
        #expect(version.status == 64)
        #expect(version.errors.contains("no version 2"), "\(version.errors)")
    }

    @Test("Without its database, each program says so in one line and exits with 69, and shows no password")
    func unreachable() async throws {
        let url = "postgresql://someone:s3cret@127.0.0.1:1/nothing"
        for (name, arguments) in [("submit", ["train"]), ("worker", ["--drain"]), ("coppice", ["jobs", "list"])] {
            let result = try await Program(name: name).run(arguments + ["--database", url])
            #expect(result.status == 69)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(!result.errors.contains("s3cret"))
        }
    }
}
