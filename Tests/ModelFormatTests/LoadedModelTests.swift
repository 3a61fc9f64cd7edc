import DecisionForests
import ModelFormat
import Testing

@Suite("Loaded model")
struct LoadedModelTests {
    @Test("A model predicts the same after it was written and read")
    func roundTrip() async throws {
        for sample in try await Sample.all() {
            let model = try LoadedModel(files: sample.folder.contents)
            let features = FeatureMatrix(columns: sample.columns)

            #expect(model.forest != nil, "\(sample.testDescription)")
            #expect(model.classLabels == sample.labels)
            #expect(model.runID == Sample.identity.runID)
            #expect(model.modelID == Sample.identity.modelID)
            #expect(model.featureCount == 5)
            switch try model.predict(sample.columns) {
            case .values(let values): #expect(values == sample.forest.predict(features))
            case .classes(let classes, let probabilities, let labels):
                #expect(classes.map(Double.init) == sample.forest.predict(features))
                #expect(probabilities == sample.forest.predictProbabilities(features))
                #expect(labels == sample.labels)
            }
        }
    }

    @Test("Columns are found by name; order and further columns do not matter")
    func columns() async throws {
        let model = try LoadedModel(files: try await Sample("regression").folder.contents)

        #expect(try model.inputColumns(from: Sample.names) == Sample.names)
        #expect(try model.inputColumns(from: ["x"] + Sample.names.reversed() + ["y"]) == Sample.names)
    }

    @Test("Missing columns are named, and what is there instead")
    func missingColumns() async throws {
        let model = try LoadedModel(files: try await Sample("regression").folder.contents)

        #expect {
            try model.inputColumns(from: ["age", "BMI", "blood pressure", "s5"])
        } throws: { error in
            let error = error as? ModelError
            return error?.code == .missingColumns
                && error?.description
                    == "the data lacks 2 of the model's 5 columns: \"bmi\", \"ö \"x\"\\: #'\"; it has \"BMI\", "
                    + "which the model does not know; bring data with the columns the model was trained with"
        }
    }

    @Test("A wrong number of columns, or columns of different lengths, are refused")
    func wrongCount() async throws {
        let sample = try await Sample("regression")
        let model = try LoadedModel(files: sample.folder.contents)
        for columns in [[], Array(sample.columns.dropLast()), sample.columns + [[1]], [[1], [1], [1], [1], [1, 2]]] {
            #expect { try model.predict(columns) } throws: { ($0 as? ModelError)?.code == .wrongColumnCount }
        }
    }

    @Test("No rows give no predictions")
    func noRows() async throws {
        for sample in try await Sample.all() {
            #expect(try LoadedModel(files: sample.folder.contents).predict(Sample.names.map { _ in [] }).count == 0)
        }
    }

    @Test("Files are asked for by the names in MLmodel")
    func lazily() async throws {
        let contents = try await Sample("regression").folder.contents
        var asked: [String] = []
        _ = try await LoadedModel { path in
            asked.append(path)
            return contents[path]
        }

        #expect(asked == ["MLmodel", "model.onnx"])
    }
}
