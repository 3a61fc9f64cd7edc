import DecisionForests
import ModelFormat
import Testing

/// Files that are cut off, damaged or of another kind give an error, and never a trap or an endless loop.
@Suite("Damaged models", .timeLimit(.minutes(10)))
struct DamagedModelTests {
    private func code(of files: [String: [UInt8]]) -> ModelError.Code? {
        do {
            _ = try LoadedModel(files: files)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A missing file is named")
    func missingFile() async throws {
        let contents = try await Sample("regression").folder.contents
        for path in ["MLmodel", "model.onnx"] {
            #expect {
                try LoadedModel(files: contents.filter { $0.key != path })
            } throws: { error in
                let error = error as? ModelError
                return error?.code == .missingFile && error?.description.contains(path) == true
            }
        }
    }

    @Test("MLmodel that is no YAML mapping is damaged", arguments: ["", "]", "- a", "a: [", "flavors: {}\n", "\u{0}"])
    func notYAML(text: String) async throws {
        var contents = try await Sample("regression").folder.contents
        contents["MLmodel"] = Array(text.utf8)
        let code = code(of: contents)
        #expect(code == .corrupt || code == .unsupportedFlavor)
    }

    @Test("A signature that is not MLflow's JSON is damaged", arguments: ["x", "{}", "[1]", "[{\\\"type\\\": 1}]"])
    func badSignature(json: String) async throws {
        var contents = try await Sample("regression").folder.contents
        contents["MLmodel"] = Array("flavors: {onnx: {data: model.onnx}}\nsignature: {inputs: \"\(json)\"}\n".utf8)
        #expect(code(of: contents) == .corrupt)
    }

    @Test(
        "Inputs that are not numbers are refused",
        arguments: [
            #"[{"type": "string", "name": "a", "required": true}]"#, #"[{"type": "datetime", "name": "a"}]"#,
            #"[{"type": "array", "items": {"type": "double"}}]"#,
        ]
    )
    func unsupportedSignature(json: String) async throws {
        var contents = try await Sample("regression").folder.contents
        contents["MLmodel"] = Array("flavors: {onnx: {data: model.onnx}}\nsignature: {inputs: '\(json)'}\n".utf8)
        #expect(code(of: contents) == .unsupportedSignature)
    }

    @Test("A signature of another model is noticed")
    func otherSignature() async throws {
        var contents = try await Sample("regression").folder.contents
        let json = #"[{"type": "double", "name": "a"}]"#
        contents["MLmodel"] = Array("flavors: {onnx: {data: model.onnx}}\nsignature: {inputs: '\(json)'}\n".utf8)
        #expect(code(of: contents) == .corrupt)
    }

    @Test("Every way to cut model.onnx off is noticed")
    func truncated() async throws {
        for sample in try await Sample.all() {
            var contents = sample.folder.contents
            let onnx = try #require(contents["model.onnx"])
            for length in stride(from: 0, to: onnx.count, by: max(1, onnx.count / 50)) {
                contents["model.onnx"] = Array(onnx[..<length])
                #expect(code(of: contents) == .corrupt, "\(length) of \(onnx.count) bytes of \(sample.testDescription)")
            }
        }
    }

    @Test("A changed byte gives an error or a model that still predicts")
    func flipped() async throws {
        var random = RandomState(seed: 11)
        let names = ["regressor_float", "classifier_strings", "regressor_double"]
        let ours = try await Sample.all().map(\.folder.contents)
        for contents in try names.map(fixture) + ours {
            let onnx = try #require(contents["model.onnx"])
            for _ in 0..<150 {
                var damaged = onnx
                damaged[random.randomInteger(below: onnx.count)] = UInt8(random.randomInteger(below: 256))
                var files = contents
                files["model.onnx"] = damaged
                guard let model = try? LoadedModel(files: files), let count = model.featureCount else { continue }
                let columns = (0..<count).map { _ in [0.5, .nan, -.infinity] }
                #expect((try? model.predict(columns))?.count == 3)
            }
        }
    }
}
