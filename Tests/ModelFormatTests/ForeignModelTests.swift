import Foundation
import ModelFormat
import Testing

/// Models that scikit-learn's converter wrote and MLflow logged; `Fixtures/make_fixtures.py` made them.
@Suite("Models of others")
struct ForeignModelTests {
    private struct Expected: Decodable {
        let names: [String]
        let columns: [[Double]]
        let values: [Double]?
        let labels: [String]?
        let probabilities: [Double]?
    }

    @Test(
        "They predict here what they predict in onnxruntime",
        arguments: [
            "regressor_float", "regressor_double", "regressor_unnamed", "classifier_zipmap", "classifier_strings",
            "classifier_binary",
        ]
    )
    func sameAsOnnxRuntime(name: String) throws {
        let files = try fixture(name)
        let expected = try JSONDecoder().decode(Expected.self, from: Data(#require(files["expected.json"])))
        let model = try LoadedModel(files: files)
        #expect(try model.inputColumns(from: expected.names) == expected.names)

        let predictions = try model.predict(expected.columns)
        // onnxruntime adds these models up in single precision.
        func isSame(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-6 * max(1, abs(right)) }
        switch predictions {
        case .values(let values):
            #expect(values.count == expected.values?.count)
            #expect(zip(values, expected.values ?? []).allSatisfy(isSame))
        case .classes(_, let probabilities, _):
            #expect(predictions.texts == expected.labels)
            #expect(probabilities.count == expected.probabilities?.count)
            #expect(zip(probabilities, expected.probabilities ?? []).allSatisfy(isSame))
        }
    }

    @Test("A model without column names wants the right number of columns")
    func unnamed() throws {
        let model = try LoadedModel(files: fixture("regressor_unnamed"))
        #expect {
            try model.inputColumns(from: ["a", "b"])
        } throws: { ($0 as? ModelError)?.code == .wrongColumnCount }
    }

    @Test(
        "A model that cannot be run says what it is",
        arguments: [
            ("unsupported_boosting", .unsupportedOperator, "LOGISTIC"),
            ("unsupported_linear", .unsupportedOperator, "\"LinearRegressor\""),
            ("unsupported_flavor", .unsupportedFlavor, "\"python_function\", \"sklearn\""),
        ] as [(String, ModelError.Code, String)]
    )
    func unsupported(name: String, code: ModelError.Code, word: String) throws {
        let files = try fixture(name)
        #expect {
            try LoadedModel(files: files)
        } throws: { error in
            let error = error as? ModelError
            return error?.code == code && error?.description.contains(word) == true
        }
    }
}
