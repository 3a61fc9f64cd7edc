import DecisionForests
import Foundation
import ModelFormat
import Testing
import Yams

@Suite("Model folder")
struct ModelFolderTests {
    @Test("It holds the files that MLflow expects")
    func files() async throws {
        let folder = try await Sample("regression").folder

        #expect(
            folder.files.map(\.path) == [
                "MLmodel", "conda.yaml", "input_example.json", "model.onnx", "python_env.yaml", "requirements.txt",
                "serving_input_example.json",
            ]
        )
    }

    @Test("The same forest, names and identity give the same bytes")
    func deterministic() async throws {
        #expect(try await Sample("once").folder == Sample("twice").folder)
    }

    @Test("model.onnx depends on the forest alone")
    func onnxIsPure() async throws {
        let sample = try await Sample("regression")
        let other = try ModelFolder(
            forest: sample.forest,
            featureNames: Sample.names,
            inputExample: [],
            identity: ModelIdentity(modelUUID: "f", createdAt: Date(timeIntervalSince1970: 0))
        )

        #expect(other.contents["model.onnx"] == sample.folder.contents["model.onnx"])
        #expect(other.contents["MLmodel"] != sample.folder.contents["MLmodel"])
    }

    @Test(
        "Names are text to a reader of YAML 1.1, whatever else they look like, and are read back",
        arguments: ["null", "yes", "Off", "<<", "=", ".5", "+1", "~", "1e5", "plain", "ö x"]
    )
    func ambiguousNames(name: String) async throws {
        let sample = try await Sample("regression")
        var identity = Sample.identity
        identity.artifactPath = name
        identity.targetName = name
        let folder = try ModelFolder(
            forest: sample.forest,
            featureNames: Sample.names,
            inputExample: [],
            identity: identity
        )
        let isPlain = ["plain", "ö x"].contains(name)
        #expect(folder.text("MLmodel").contains(isPlain ? "artifact_path: \(name)\n" : "artifact_path: '\(name)'\n"))
        #expect(try LoadedModel(files: folder.contents).targetName == name)
    }

    @Test("MLmodel says what MLflow's own says")
    func mlmodel() async throws {
        let sample = try await Sample("regression")
        let root = try #require(try Yams.compose(yaml: sample.folder.text("MLmodel")))

        #expect(root["flavors"]?["onnx"]?["data"]?.string == "model.onnx")
        #expect(root["flavors"]?["python_function"]?["loader_module"]?.string == "mlflow.onnx")
        #expect(root["flavors"]?["python_function"]?["env"]?["virtualenv"]?.string == "python_env.yaml")
        #expect(root["run_id"]?.string == Sample.identity.runID)
        #expect(root["model_id"]?.string == Sample.identity.modelID)
        #expect(root["model_uuid"]?.string == Sample.identity.modelUUID)
        #expect(root["utc_time_created"]?.string == "2026-11-23 16:30:45.250000")
        #expect(root["saved_input_example_info"]?["serving_input_path"]?.string == "serving_input_example.json")
        let size = ["model.onnx", "input_example.json", "serving_input_example.json"].reduce(0) {
            $0 + (sample.folder.contents[$1]?.count ?? 0)
        }
        #expect(root["model_size_bytes"]?.int == size)
        let inputs = try ModelSignature.Schema(json: #require(root["signature"]?["inputs"]?.string))
        #expect(inputs == .columns(Sample.names.map { .init(name: $0) }))
    }

    @Test("A model without run, logged model and place has no such entries")
    func anonymous() async throws {
        let sample = try await Sample("regression")
        let identity = ModelIdentity(modelUUID: "f", createdAt: Date(timeIntervalSince1970: 0))
        let folder = try ModelFolder(
            forest: sample.forest,
            featureNames: Sample.names,
            inputExample: [],
            identity: identity
        )
        let model = try LoadedModel(files: folder.contents)

        #expect(!folder.text("MLmodel").contains("run_id"))
        #expect(!folder.text("MLmodel").contains("artifact_path: m"))
        #expect(model.runID == nil)
        #expect(model.modelID == nil)
        #expect(model.modelUUID == "f")
    }

    @Test("The input example is a data frame, with null for a missing value")
    func inputExample() async throws {
        let sample = try await Sample("regression")
        let folder = try ModelFolder(
            forest: sample.forest,
            featureNames: Sample.names,
            inputExample: [[1, 0.1, .nan, -2, 1e300]],
            identity: Sample.identity
        )
        let names = #"["age", "bmi", "blood pressure", "ö \"x\"\\: #'", "s5"]"#
        let frame = #"{"columns": \#(names), "data": [[1.0, 0.1, null, -2.0, 1e+300]]}"#

        #expect(folder.text("input_example.json") == frame)
        #expect(folder.text("serving_input_example.json") == #"{"dataframe_split": \#(frame)}"#)
    }

    @Test("Parts that do not fit together are refused")
    func invalid() async throws {
        let regression = try await Sample("regression")
        let classes = try await Sample("classes", labels: .strings(["a", "b"]))
        for (sample, names, labels) in [
            (regression, ["a", "b"], nil), (regression, ["a", "b", "c", "d", "a"], nil),
            (regression, Sample.names, .strings(["a"])), (classes, Sample.names, nil),
            (classes, Sample.names, .strings(["a", "b", "c"])), (classes, Sample.names, .strings(["a", "a"])),
        ] as [(Sample, [String], ClassLabels?)] {
            #expect {
                try ModelFolder.onnx(forest: sample.forest, featureNames: names, classLabels: labels)
            } throws: { ($0 as? ModelError)?.code == .invalid }
        }
        #expect {
            try ModelFolder(
                forest: regression.forest,
                featureNames: Sample.names,
                inputExample: [[1]],
                identity: Sample.identity
            )
        } throws: { ($0 as? ModelError)?.code == .invalid }
    }

    @Test(
        "Labels are integers if all of them are",
        arguments: [
            (["-1", "0", "10"], .integers([-1, 0, 10])), (["a", "1"], .strings(["a", "1"])),
            (["01", "1"], .strings(["01", "1"])),
            (["1.0", "2"], .strings(["1.0", "2"])),
        ] as [([String], ClassLabels)]
    )
    func labels(names: [String], expected: ClassLabels) {
        #expect(ClassLabels(names: names) == expected)
        #expect(expected.names == names)
    }
}
