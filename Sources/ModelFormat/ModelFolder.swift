public import DecisionForests

/// The files of a model, as `mlflow.pyfunc.load_model` expects them and `LoadedModel` reads them.
///
/// The same forest, names and identity give the same bytes; `model.onnx` does not depend on the identity.
public struct ModelFolder: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        /// Relative to the folder.
        public let path: String
        public let bytes: [UInt8]
    }

    public let signature: ModelSignature
    /// Ordered by path.
    public let files: [File]

    /// - Parameters:
    ///   - featureNames: one for each feature of the forest.
    ///   - classLabels: one for each class of a classification forest; nil for a regression.
    ///   - categories: of the features that take text, in the order of the numbers that the forest knows them by.
    ///   - inputExample: a few rows of features, as the forest takes them, shown to users and used by MLflow to try the model.
    /// - Throws: `ModelError` with code `invalid` if the parts do not fit together.
    public init(
        forest: RandomForest,
        featureNames: [String],
        classLabels: ClassLabels? = nil,
        categories: [String: [String]] = [:],
        inputExample: [[Double]],
        identity: ModelIdentity
    ) throws(ModelError) {
        guard inputExample.allSatisfy({ $0.count == featureNames.count }) else {
            throw ModelError(.invalid, "the input example does not have \(featureNames.count) values in every row")
        }
        let onnx = try Self.onnx(
            forest: forest,
            featureNames: featureNames,
            classLabels: classLabels,
            categories: categories
        )
        signature = Self.signature(featureNames: featureNames, classLabels: classLabels, categories: categories)
        let example = InputExample(columns: featureNames, rows: inputExample, categories: categories)
        let model = [
            File(path: "input_example.json", bytes: Array(example.dataFrame.utf8)),
            File(path: "model.onnx", bytes: onnx),
            File(path: "serving_input_example.json", bytes: Array(example.servingPayload.utf8)),
        ]
        let size = model.reduce(0) { $0 + $1.bytes.count }
        let environment = PythonEnvironment.standard
        let description = try Self.mlmodel(
            signature: signature,
            identity: identity,
            size: size,
            environment: environment
        )
        files = [
            File(path: "MLmodel", bytes: Array(description.utf8)),
            File(path: "conda.yaml", bytes: Array(environment.condaYAML.utf8)),
            model[0],
            model[1],
            File(path: "python_env.yaml", bytes: Array(environment.pythonEnvYAML.utf8)),
            File(path: "requirements.txt", bytes: Array(environment.requirements.utf8)),
            model[2],
        ]
    }

    /// Inputs are the features; outputs `prediction`, or `label` and a probability for each class.
    private static func signature(
        featureNames: [String],
        classLabels: ClassLabels?,
        categories: [String: [String]]
    ) -> ModelSignature {
        let inputs = featureNames.map { name in
            ModelSignature.Column(name: name, type: categories[name] == nil ? "double" : "string")
        }
        guard let classLabels else {
            return ModelSignature(inputs: .columns(inputs), outputs: .columns([.init(name: OutputName.prediction)]))
        }
        let labelType =
            switch classLabels {
            case .integers: "long"
            case .strings: "string"
            }
        let probabilities = classLabels.names.map { ModelSignature.Column(name: OutputName.probability(of: $0)) }
        return ModelSignature(
            inputs: .columns(inputs),
            outputs: .columns([.init(name: OutputName.label, type: labelType)] + probabilities)
        )
    }
}

/// What the outputs of our models are called: in the ONNX graph, and so in the data frame that MLflow returns.
enum OutputName {
    static let prediction = "prediction"
    static let label = "label"
    /// A column for each class, for MLflow lays every output out as one column of a data frame.
    static func probability(of label: String) -> String { "probability_\(label)" }
}
