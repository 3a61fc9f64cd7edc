internal import Foundation
internal import Yams

extension ModelFolder {
    /// The text of `MLmodel`: what the folder holds and how to load it, in MLflow's words.
    static func mlmodel(
        signature: ModelSignature,
        identity: ModelIdentity,
        size: Int,
        environment: PythonEnvironment
    ) throws(ModelError) -> String {
        let null = Node.scalar(.init("null", .init(.null)))
        func text(_ value: String?) -> Node {
            guard let value else { return null }
            return .scalar(.init(value, .init(.str), isAmbiguous(value) ? .singleQuoted : .any))
        }
        func map(_ pairs: [(String, Node)]) -> Node { .mapping(.init(pairs.map { (text($0), $1) })) }

        let onnx = map([
            ("code", null),
            ("data", text("model.onnx")),
            ("onnx_session_options", null),
            ("onnx_version", text(environment.version(of: "onnx"))),
            // Tree ensembles run on the CPU only: MLflow would warn about any other provider.
            ("providers", .sequence(.init([text("CPUExecutionProvider")]))),
        ])
        let pythonFunction = map([
            ("data", text("model.onnx")),
            ("env", map([("conda", text("conda.yaml")), ("virtualenv", text("python_env.yaml"))])),
            ("loader_module", text("mlflow.onnx")),
            ("python_version", text(environment.python)),
        ])
        var entries = identity.artifactPath.map { [("artifact_path", text($0))] } ?? []
        entries += [
            ("flavors", map([("onnx", onnx), ("python_function", pythonFunction)])),
            ("is_signature_from_type_hint", .scalar(.init("false", .init(.bool)))),
        ]
        if let target = identity.targetName { entries.append(("metadata", map([("target", text(target))]))) }
        entries += [
            ("mlflow_version", text(environment.version(of: "mlflow"))),
            ("model_id", text(identity.modelID)),
            ("model_size_bytes", .scalar(.init(String(size), .init(.int)))),
            ("model_uuid", text(identity.modelUUID)),
            ("prompts", null),
        ]
        if let runID = identity.runID { entries.append(("run_id", text(runID))) }
        entries += [
            (
                "saved_input_example_info",
                map([
                    ("artifact_path", text("input_example.json")),
                    ("pandas_orient", text("split")),
                    ("serving_input_path", text("serving_input_example.json")),
                    ("type", text("dataframe")),
                ])
            ),
            (
                "signature",
                map([
                    ("inputs", text(signature.inputs.json)),
                    ("outputs", text(signature.outputs?.json)),
                    ("params", null),
                ])
            ),
            ("type_hint_from_example", .scalar(.init("false", .init(.bool)))),
            ("utc_time_created", text(timestamp(identity.createdAt))),
        ]
        do {
            return try Yams.serialize(node: map(entries), width: -1, allowUnicode: true)
        } catch {
            throw ModelError(.invalid, "MLmodel cannot be written as YAML: \(error)")
        }
    }

    /// Whether a reader of YAML 1.1, as Python's is, may take a text for something else: a number, a truth value, nothing.
    private static func isAmbiguous(_ value: String) -> Bool {
        guard let first = value.first else { return true }
        return first.isNumber || "+-.=<~".contains(first)
            || ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(value.lowercased())
    }

    /// `2026-11-23 16:20:53.082545`, in UTC.
    private static func timestamp(_ date: Date) -> String {
        let microseconds = Int64((max(0, date.timeIntervalSince1970) * 1e6).rounded())
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style).replacing("Z", with: "")
        let digits = String(fraction)
        return text + "." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
