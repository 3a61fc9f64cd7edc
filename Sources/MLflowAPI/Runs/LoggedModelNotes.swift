internal import Tracking

/// The models of a run as MLflow 2 notes them: a tag with a JSON list.
enum LoggedModelNotes {
    static let tag = "mlflow.log-model.history"

    private static let kept = ["run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors"]

    /// The list with one model more. Throws `MLflowError`.
    static func adding(_ model: String, to list: String?) throws(MLflowError) -> String {
        guard let parsed = parse(model), case .object(let members) = parsed else {
            throw MLflowError(
                .invalidParameterValue,
                "Malformed model info. \n \(model.prefix(200)) \n is not a valid JSON."
            )
        }
        let missing = ["artifact_path", "flavors", "run_id", "utc_time_created"].filter { parsed[$0] == nil }
        guard missing.isEmpty else {
            throw MLflowError(.invalidParameterValue, "Model json is missing mandatory fields: \(missing)")
        }
        var models: [JSONValue] = []
        if let list, case .array(let known) = parse(list) { models = known }
        var note = members.filter { kept.contains($0.name) }
        if parsed["model_uuid"] == nil { note.append(JSONValue.Member(name: "model_uuid", value: .null)) }
        models.append(.object(note))
        return JSONValue.array(models).text
    }

    private static func parse(_ text: String) -> JSONValue? {
        var text = text
        return text.withUTF8 { try? JSONParser.parse(UnsafeRawBufferPointer($0)) }
    }
}
