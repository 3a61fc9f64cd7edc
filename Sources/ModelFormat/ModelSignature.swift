internal import Foundation

/// What a model takes and what it gives, as MLflow writes it into `MLmodel`.
public struct ModelSignature: Sendable, Equatable {
    /// One named column.
    public struct Column: Sendable, Equatable {
        public let name: String
        /// MLflow's name of the type: `double`, `float`, `long`, `integer`, `boolean`, `string`, …
        public let type: String
        public let isRequired: Bool

        public init(name: String, type: String = "double", isRequired: Bool = true) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    /// Named columns, or an array whose columns have no names.
    public enum Schema: Sendable, Equatable {
        case columns([Column])
        /// `shape` has -1 where any length will do. `dataType` is NumPy's name.
        case tensor(dataType: String, shape: [Int])
    }

    public let inputs: Schema
    /// nil if the model does not say.
    public let outputs: Schema?

    public init(inputs: Schema, outputs: Schema?) {
        self.inputs = inputs
        self.outputs = outputs
    }
}

extension ModelSignature.Schema {
    /// MLflow's JSON, a text inside the YAML of `MLmodel`.
    public var json: String {
        switch self {
        case .columns(let columns):
            let entries = columns.map { column in
                "{\"type\": \(jsonString(column.type)), \"name\": \(jsonString(column.name)), "
                    + "\"required\": \(column.isRequired)}"
            }
            return "[" + entries.joined(separator: ", ") + "]"
        case .tensor(let dataType, let shape):
            let lengths = shape.map { String($0) }.joined(separator: ", ")
            return
                "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \(jsonString(dataType)), \"shape\": [\(lengths)]}}]"
        }
    }

    /// Reads MLflow's JSON.
    ///
    /// - Throws: `ModelError` with code `corrupt`, or `unsupportedSignature` for arrays, objects and several tensors.
    public init(json: String) throws(ModelError) {
        struct Entry: Decodable {
            struct TensorSpec: Decodable {
                let dtype: String
                let shape: [Int]
            }
            let type: String
            let name: String?
            let required: Bool?
            let optional: Bool?
            let tensorSpec: TensorSpec?

            enum CodingKeys: String, CodingKey {
                case type, name, required, optional
                case tensorSpec = "tensor-spec"
            }
        }
        let entries: [Entry]
        do {
            entries = try JSONDecoder().decode([Entry].self, from: Data(json.utf8))
        } catch {
            throw ModelError(.corrupt, "MLmodel: the signature is not the JSON that MLflow writes")
        }
        if entries.count == 1, let tensor = entries[0].tensorSpec {
            self = .tensor(dataType: tensor.dtype, shape: tensor.shape)
            return
        }
        var columns: [ModelSignature.Column] = []
        for entry in entries {
            guard let name = entry.name, entry.tensorSpec == nil else {
                throw ModelError(
                    .unsupportedSignature,
                    "MLmodel: the signature has inputs or outputs that are not named columns: only columns of numbers, "
                        + "or one tensor, can be used"
                )
            }
            let isRequired = entry.required ?? !(entry.optional ?? false)
            columns.append(.init(name: name, type: entry.type, isRequired: isRequired))
        }
        self = .columns(columns)
    }
}

/// `text` as a JSON string, quotes included. Everything but ASCII stays as it is: the file is UTF-8.
func jsonString(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": json += "\\\""
        case "\\": json += "\\\\"
        case "\n": json += "\\n"
        case "\r": json += "\\r"
        case "\t": json += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
            json += "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}

/// `number` as a JSON number; JSON has no NaN and no infinity, and pandas reads `null` as NaN.
func jsonNumber(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    return "\(number)"
}
