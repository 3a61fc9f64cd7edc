internal import Yams

/// The parts of `MLmodel` that matter for running the model.
struct MLmodelFile: Sendable, Equatable {
    let flavors: [String]
    /// Path of the ONNX file in the folder.
    let onnxPath: String
    let signature: ModelSignature?
    let runID: String?
    let modelUUID: String?
    let modelID: String?
    /// The column that a model of ours predicts.
    let targetName: String?

    /// - Throws: `ModelError` with code `corrupt`, `unsupportedFlavor` or `unsupportedSignature`.
    init(_ text: String) throws(ModelError) {
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: text), node.mapping != nil else {
                throw ModelError(.corrupt, "MLmodel is empty or not a YAML mapping")
            }
            root = node
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(.corrupt, "MLmodel is not YAML: it is cut off or damaged")
        }
        flavors = root["flavors"]?.mapping?.keys.compactMap(\.string).sorted() ?? []
        guard let onnx = root["flavors"]?["onnx"] else {
            throw ModelError(
                .unsupportedFlavor,
                flavors.isEmpty
                    ? "MLmodel names no flavor: it is damaged"
                    : "the model has the flavors \(quotedList(flavors)): only models with the flavor \"onnx\" can be run; "
                        + "log it with mlflow.onnx.log_model"
            )
        }
        onnxPath = onnx["data"]?.string ?? "model.onnx"
        runID = Self.text(root["run_id"])
        modelUUID = Self.text(root["model_uuid"])
        modelID = Self.text(root["model_id"])
        targetName = Self.text(root["metadata"]?["target"])
        if let inputs = Self.text(root["signature"]?["inputs"]) {
            let outputs = try Self.text(root["signature"]?["outputs"]).map { json throws(ModelError) in
                try ModelSignature.Schema(json: json)
            }
            signature = ModelSignature(inputs: try .init(json: inputs), outputs: outputs)
        } else {
            signature = nil
        }
    }

    /// nil for YAML's null. An id of digits alone is a number to YAML, and still an id.
    private static func text(_ node: Node?) -> String? {
        guard let scalar = node?.scalar else { return nil }
        let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return isNull ? nil : scalar.string
    }
}
