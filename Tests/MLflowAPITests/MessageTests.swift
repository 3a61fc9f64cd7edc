import Testing
import Tracking

@testable import MLflowAPI

@Suite("Requests as protobuf reads them")
struct MessageTests {
    private static let shape = Shape([
        .string("run_id", .required), .string("run_uuid"), .double("value", .required), .int64("step"), .bool("flag"),
        .messages("tags", .pair, .elementsHave(["key"])),
    ])

    private func message(_ text: String) throws -> Message {
        var text = text
        return try Message(text.withUTF8 { try JSONParser.parse(UnsafeRawBufferPointer($0)) }, as: Self.shape)
    }

    @Test("Numbers may be text, and text may be numbers where protobuf says so")
    func lenient() throws {
        let read = try message(#"{"run_id": "a", "value": "1.5", "step": "7", "tags": [{"key": "k", "value": "v"}]}"#)
        #expect(read.double("value") == 1.5)
        #expect(read.integer("step") == 7)
        #expect(read.pairs("tags") == ["k": "v"])
        #expect(try message(#"{"run_id": "a", "value": 2, "step": 3.0}"#).integer("step") == 3)
        #expect(try message(#"{"run_id": "a", "value": "NaN"}"#).double("value")?.isNaN == true)
    }

    @Test("A field that is null, or that nobody knows, was not given")
    func absent() throws {
        let read = try message(#"{"run_id": "a", "value": 1, "step": null, "nothing": [1]}"#)
        #expect(read.integer("step") == nil)
        #expect(read.integer("step") == nil)
    }

    @Test(
        "A required field that is missing, null or empty is named",
        arguments: [#"{"value": 1}"#, #"{"run_id": null, "value": 1}"#, #"{"run_id": "", "value": 1}"#]
    )
    func missing(text: String) {
        let expected = MLflowError(
            .invalidParameterValue,
            "Missing value for required parameter 'run_id'. See the API docs for more information about request parameters."
        )
        #expect(throws: expected) { try message(text) }
    }

    @Test("The old name of a run's id will do")
    func oldName() throws {
        #expect(try message(#"{"run_uuid": "a", "value": 1}"#).runID.rawValue == "a")
    }

    @Test(
        "A value of a wrong type is shown, with its type",
        arguments: [
            (
                #"{"run_id": 7, "value": 1}"#,
                "Invalid value 7 for parameter 'run_id' supplied:  Hint: Value was of type 'int'."
            ),
            (
                #"{"run_id": "a", "value": "x"}"#,
                "Invalid value \"x\" for parameter 'value' supplied:  Hint: Value was of type 'str'."
            ),
            (
                #"{"run_id": "a", "value": 1, "tags": {}}"#,
                "Invalid value {} for parameter 'tags' supplied:  Hint: Value was of type 'dict'."
            ),
            (
                #"{"run_id": "a", "value": 1, "tags": [{"value": "x"}]}"#,
                "Missing value for required parameter 'tags[0].key'."
            ),
        ]
    )
    func wrongType(text: String, message expected: String) {
        #expect {
            try message(text)
        } throws: { error in
            guard let error = error as? MLflowError else { return false }
            return error.code == .invalidParameterValue && error.message.hasPrefix(expected)
        }
    }

    @Test("Two spellings of one field are ambiguous")
    func twoSpellings() {
        #expect(throws: MLflowError.self) { try message(#"{"run_id": "a", "runId": "b", "value": 1}"#) }
    }
}
